/** Generates the SDKs of the native plugin: with the CLI if its language hosts can, otherwise with the code that newer hosts call. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildPart, type Part } from "./cli/go-build";
import { keep } from "./cli/kept-build";
import { pathFolders, programIn, withPath } from "./cli/search-path";
import { CLI_VERSION } from "./cli/versions";
import { ensureLanguageHost } from "./language-host";
import { ensurePulumi } from "./pulumi-cli";

const run = promisify(execFile);
const schema = join(__dirname, "..", "plugin", "schema.json");
const generator: Part & { source: string } = {
  program: "generate-sdk",
  goPackage: "github.com/pulumi/pulumi/pkg/v3",
  version: CLI_VERSION,
  source: join(__dirname, "generate-sdk", "main.go"),
};

/** Writes the SDK into `folder`. */
export async function generateSdk(language: "go" | "python", folder: string): Promise<void> {
  const cli = await ensurePulumi();
  const host = await ensureLanguageHost(language, { env: cli.env, output: process.stderr });
  const out = mkdtempSync(join(tmpdir(), "campos-sdk-"));
  try {
    const args = ["package", "gen-sdk", schema, "--language", language, "--out", out];
    const failure = await run(cli.pulumi, args, {
      env: withPath(cli.env, [host, ...pathFolders(cli.env)]),
    }).then(
      () => undefined,
      (error: { stderr: string }) => error.stderr,
    );
    if (failure !== undefined) {
      // The hosts that are built from Go modules are older than this call.
      if (!failure.includes("unknown method GeneratePackage")) throw new Error(failure);
      await run(await ensureGenerator(cli.env), [language, schema, join(out, language)]);
    }
    cpSync(join(out, language), folder, { recursive: true });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

async function ensureGenerator(env: NodeJS.ProcessEnv): Promise<string> {
  const { program, version, source } = generator;
  const search = { env, output: process.stderr };
  const digest = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 8);
  const kept = {
    name: `${program}-${version}-${digest}`,
    isIn: (place: string) => programIn(place, program) !== undefined,
    build: async (folder: string) => {
      const problem = await buildPart({ part: generator, folder, search });
      if (problem !== undefined) throw new Error(`Building ${program} failed: ${problem}`);
      return join(folder, "bin");
    },
  };
  const found = programIn(await keep(kept, search), program);
  if (found === undefined) throw new Error(`${program} is not where it was built`);
  return found;
}
