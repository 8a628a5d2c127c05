/** Provides Pulumi's language hosts for YAML, Go and Python, which the tests of the native plugin need. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { buildPart, type Part } from "./cli/go-build";
import { keep } from "./cli/kept-build";
import type { Search } from "./cli/search";
import { pathFolders, programIn } from "./cli/search-path";
import { ensurePulumi } from "./pulumi-cli";

/** Later versions of the hosts for Go and Python are not separate Go modules; these are sufficient for the tests. */
const sdkVersion = "3.63.0";
const parts = {
  yaml: {
    program: "pulumi-language-yaml",
    goPackage: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    version: "1.25.0",
  },
  go: {
    program: "pulumi-language-go",
    goPackage: "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go",
    version: sdkVersion,
  },
  python: {
    program: "pulumi-language-python",
    goPackage: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    version: sdkVersion,
  },
} as const satisfies Record<string, Part>;

export type Language = keyof typeof parts;

/**
 * The folder of a language host: on the PATH, or built once from its Go module and kept in the user's cache.
 * @throws Error that says what to install.
 */
export async function ensureLanguageHost(
  language: Language,
  { env, output }: Pick<Search, "env" | "output"> = { env: process.env, output: process.stderr },
): Promise<string> {
  const part = parts[language];
  const onPath = pathFolders(env).find((folder) => programIn(folder, part.program));
  if (onPath !== undefined) return onPath;
  const kept = {
    name: `${part.program}-${part.version}`,
    isIn: (place: string) => programIn(place, part.program) !== undefined,
    build: (folder: string) => build(part, folder, { env, output }),
  };
  return keep(kept, { env, output });
}

/** The Python host starts programs with a script of its module. */
function copyPythonRunner(moduleFolder: string, to: string): void {
  const list = ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"];
  const env = { ...process.env, GOWORK: "off" };
  const source = execFileSync("go", list, { cwd: moduleFolder, encoding: "utf8", env }).trim();
  const name = "pulumi-language-python-exec";
  copyFileSync(join(source, "python", "cmd", name), join(to, name));
  chmodSync(join(to, name), 0o755);
}

async function build(part: Part, folder: string, search: Pick<Search, "env" | "output">): Promise<string> {
  if (!pathFolders(search.env).some((folder) => programIn(folder, "go"))) {
    throw new Error(
      `There is no ${part.program} on the PATH and no Go to build it with. Install Pulumi or Go 1.25.11 or newer.`,
    );
  }
  search.output.write(`  Building ${part.program} ${part.version} from its Go module, once for this user.\n`);
  const problem = await buildPart({ part, folder, search });
  if (problem !== undefined) throw new Error(`Building ${part.program} failed: ${problem}`);
  const bin = join(folder, "bin");
  if (part.program === parts.python.program) copyPythonRunner(join(folder, part.program), bin);
  return bin;
}

/** `npm run hosts`: builds the hosts before the tests, so that none of them has to wait for a build. */
async function main(): Promise<void> {
  for (const name of process.argv.slice(2)) {
    if (!Object.hasOwn(parts, name)) throw new Error(`There is no language host ${name}`);
    const { env } = await ensurePulumi();
    await ensureLanguageHost(name as Language, { env, output: process.stderr });
  }
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
