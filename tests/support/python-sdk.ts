/** A Python that has Pulumi's SDK and, in a folder of its own, the SDK of the native plugin. */
import { execFile } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { keep } from "../../scripts/cli/kept-build";
import { CLI_VERSION } from "../../scripts/cli/versions";
import { generateSdk } from "../../scripts/generate-sdk";

const run = promisify(execFile);
const bin = process.platform === "win32" ? "Scripts" : "bin";
const pipFlags = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];

export interface PythonEnvironment {
  env: { PATH: string; PYTHONPATH: string };
  /** The virtual environment, for projects whose `Pulumi.yaml` names one. */
  venv: string;
}

/** What a program in Python needs; `folder` is for the SDK. */
export async function pythonEnvironment(folder: string, env: NodeJS.ProcessEnv): Promise<PythonEnvironment> {
  const venv = await keep(
    {
      name: `python-pulumi-${CLI_VERSION}`,
      isIn: (place) => existsSync(join(place, "ready")),
      build: async (building) => {
        const made = join(building, "venv");
        await run("python3", ["-m", "venv", made]);
        const packages = [`pulumi==${CLI_VERSION}`, "parver", "semver", "setuptools>=77"];
        await run(join(made, bin, "python3"), [...pipFlags, ...packages]);
        writeFileSync(join(made, "ready"), "");
        return made;
      },
    },
    { env, output: process.stderr },
  );
  const sdk = join(folder, "generated");
  await generateSdk("python", sdk);
  const target = ["--no-deps", "--no-build-isolation", "--target", join(folder, "installed")];
  await run(join(venv, bin, "python3"), [...pipFlags, ...target, sdk]);
  rmSync(sdk, { recursive: true });
  const path = [join(venv, bin), env["PATH"] ?? ""].join(delimiter);
  return { env: { PATH: path, PYTHONPATH: join(folder, "installed") }, venv };
}
