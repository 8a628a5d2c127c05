/** The third way to get a CLI: built once from Pulumi's Go modules, and kept in the user's cache. */
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./build-lock";
import { builtCliFolder, newBuildFolder, publish } from "./cache";
import { type Finding, inspect } from "./inspect";
import { copyLauncher } from "./launcher";
import { beginJob } from "./progress";
import { type Command, runCommand } from "./run-command";
import type { Search, Way } from "./search";
import { executableName, pathFolders, programIn } from "./search-path";
import { CLI_VERSION, HOST_VERSION } from "./versions";

/** A program, and the Go module and version that it is built from. */
export interface Part {
  program: string;
  goPackage: string;
  version: string;
  /** A program of our own that uses the module `goPackage`, in place of one of its packages. */
  source?: string;
}

/** Each is built in its own Go module, since the two require different versions of the same SDK. */
const PARTS: Part[] = [
  { program: "pulumi", goPackage: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", version: CLI_VERSION },
  {
    program: "pulumi-language-nodejs",
    goPackage: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    version: HOST_VERSION,
  },
];

/** Without this flag `pulumi version` prints nothing, which the Automation API rejects. */
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Uses or creates the build in the user's cache folder. */
export const goBuild: Way = {
  name: "a build from its Go modules",

  async find({ env }: Search): Promise<Finding> {
    return inspect(builtCliFolder(env), env);
  },

  async obtain(search: Search): Promise<Finding> {
    const { env, output } = search;
    if (!pathFolders(env).some((folder) => programIn(folder, "go"))) {
      return { reason: "go is not on the PATH" };
    }
    return withLock({
      file: `${builtCliFolder(env)}.lock`,
      onWait: () => output.write("  Another process is building the Pulumi CLI; waiting for it.\n"),
      work: async () => {
        const meanwhile = await goBuild.find(search);
        return "cli" in meanwhile ? meanwhile : buildAll(search);
      },
    });
  },
};

async function buildAll(search: Search): Promise<Finding> {
  const { env, output } = search;
  output.write(
    `  Building the Pulumi CLI ${CLI_VERSION} from its Go modules, once for this user. It takes 3 to 5 minutes on\n` +
      "  2 cores, in addition to the download of the modules (about 2 GB).\n",
  );
  const folder = newBuildFolder(env);
  try {
    for (const part of PARTS) {
      const problem = await buildPart({ part, folder, search });
      if (problem !== undefined) return { reason: `${part.program}: ${problem}` };
    }
    copyLauncher(join(folder, "bin"));
    publish(join(folder, "bin"), builtCliFolder(env));
    return goBuild.find(search);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface PartBuild {
  part: Part;
  /** The program is built into its `bin`. */
  folder: string;
  search: Pick<Search, "env" | "output">;
}

/** Undefined after a successful build, otherwise the error. */
export async function buildPart({ part, folder, search }: PartBuild): Promise<string | undefined> {
  const cwd = join(folder, part.program);
  mkdirSync(cwd, { recursive: true });
  const target = join(folder, "bin", executableName(part.program));
  if (part.source !== undefined) copyFileSync(part.source, join(cwd, "main.go"));
  const built = part.source === undefined ? [part.goPackage] : ["-mod=mod", "."];
  const flags = `-s -w -X ${VERSION_VARIABLE}=v${part.version}`;
  const steps = [
    { what: `Preparing ${part.program}`, unit: "lines", args: ["mod", "init", "pulumi-build"] },
    {
      what: `Downloading the modules of ${part.program}`,
      unit: "modules",
      args: ["get", `${part.goPackage}@v${part.version}`],
    },
    {
      what: `Compiling ${part.program}`,
      unit: "packages",
      args: ["build", "-v", "-o", target, "-ldflags", flags, ...built],
    },
  ];
  for (const { what, unit, args } of steps) {
    const problem = await runGo({
      what,
      unit,
      command: { file: "go", args, cwd, env: goEnvironment(search.env) },
      search,
    });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

interface GoStep {
  what: string;
  /** What each line of its output represents. */
  unit: string;
  command: Command;
  search: Pick<Search, "env" | "output">;
}

async function runGo({ what, unit, command, search }: GoStep): Promise<string | undefined> {
  const job = beginJob(what, search.output);
  let lines = 0;
  const { problem } = await runCommand({
    ...command,
    // `go get` prints a line per downloaded module, `go build -v` one per compiled package.
    onLine: () => job.detail(`${++lines} ${unit} so far`),
  });
  job.end(problem ?? "done");
  return problem;
}

/** A workspace file above the cache folder must not affect the build. */
function goEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, GOWORK: "off" };
}
