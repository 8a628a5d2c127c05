/** Checks whether a folder contains a Pulumi CLI that can run this repository's programs. */
import { execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { pathFolders, programIn } from "./search-path";
import { isAtLeast, OLDEST_CLI_VERSION } from "./versions";

/** A working Pulumi CLI. */
export interface FoundCli {
  /** The folder that contains `pulumi`. */
  bin: string;
  /** The path of the program. */
  pulumi: string;
  /** Its version without the leading v. */
  version: string;
}

/** The result of a way of getting a CLI. */
export type Finding = { cli: FoundCli } | { reason: string };

const LANGUAGE_HOST = "pulumi-language-nodejs";
const ANSWER_WITHIN_MS = 30_000;

/** Runs `pulumi version`, and looks for the language host next to it and on the PATH. */
export async function inspect(bin: string, env: NodeJS.ProcessEnv): Promise<Finding> {
  const pulumi = programIn(bin, "pulumi");
  if (pulumi === undefined) return { reason: `no pulumi in ${bin}` };
  const version = await versionOf(pulumi, env);
  if (version === undefined) return { reason: `${pulumi} does not print its version` };
  if (!isAtLeast(version, OLDEST_CLI_VERSION)) {
    return { reason: `${pulumi} is ${version}, older than ${OLDEST_CLI_VERSION}` };
  }
  // The engine looks for plugins next to the target of a linked program, and on the PATH.
  const folders = [dirname(realpathSync(pulumi)), bin, ...pathFolders(env)];
  if (!folders.some((folder) => programIn(folder, LANGUAGE_HOST) !== undefined)) {
    return { reason: `${pulumi} has no ${LANGUAGE_HOST} next to it or on the PATH` };
  }
  return { cli: { bin, pulumi, version } };
}

async function versionOf(pulumi: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(pulumi, ["version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: ANSWER_WITHIN_MS,
    });
    return stdout.trim().replace(/^v/, "");
  } catch {
    return undefined;
  }
}
