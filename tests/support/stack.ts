/** A stack of a program in a temporary folder, driven by the real Pulumi CLI as a user drives it. */
import {
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  execFileSync,
  spawn,
} from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ensurePulumi, type PulumiCli } from "../../scripts/pulumi-cli";

const root = resolve(__dirname, "../..");
let cli: Promise<PulumiCli> | undefined;

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
  /** Both, as they came. */
  text: string;
}

export interface StackOptions {
  /** Path to text: the program's folder. `index.js` is the program. */
  files: Record<string, string>;
  /** Stack configuration, such as `camposcloud:token`. */
  config?: Record<string, string>;
  /** Added to the environment of every command. */
  env?: Record<string, string>;
  project?: string;
  /** Puts this package and the SDK where the program finds them. Default: links to this checkout. */
  install?: (dir: string) => Promise<void>;
}

export interface StateResource {
  type: string;
  urn: string;
  id?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  initErrors?: string[];
}

export class Stack {
  readonly dir: string;
  private readonly env: NodeJS.ProcessEnv;

  private constructor(
    dir: string,
    env: NodeJS.ProcessEnv,
    private readonly binary: string,
  ) {
    this.dir = dir;
    this.env = env;
  }

  /** Makes the project's folder and the stack `dev` in a file backend of its own. */
  static async create(options: StackOptions): Promise<Stack> {
    cli ??= ensurePulumi();
    const { bin, env } = await cli;
    const dir = mkdtempSync(join(tmpdir(), "campos-stack-"));
    const stack = new Stack(dir, { ...env, ...ownEnvironment(dir), ...options.env }, join(bin, "pulumi"));
    const project = options.project ?? "shop";
    stack.write({
      "Pulumi.yaml": `name: ${project}\nruntime: nodejs\nmain: index.js\n`,
      "package.json": JSON.stringify({ name: project, private: true }),
      ...options.files,
    });
    await (options.install ?? linkPackages)(dir);
    mkdirSync(join(dir, ".backend"));
    await stack.must("stack", "init", "dev");
    await stack.configure(options.config ?? {});
    return stack;
  }

  /** Sets stack configuration with one command; keys that end with `token` are secrets. */
  async configure(config: Record<string, string>): Promise<void> {
    const pairs = Object.entries(config).flatMap(([key, value]) => [
      key.endsWith("token") ? "--secret" : "--plaintext",
      `${key}=${value}`,
    ]);
    if (pairs.length > 0) await this.must("config", "set-all", ...pairs);
  }

  write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      const full = join(this.dir, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
    }
  }

  remove(path: string): void {
    rmSync(join(this.dir, path), { recursive: true });
  }

  up(...args: string[]): Promise<Run> {
    return this.run("up", "--yes", "--skip-preview", ...args);
  }

  preview(...args: string[]): Promise<Run> {
    return this.run("preview", ...args);
  }

  refresh(...args: string[]): Promise<Run> {
    return this.run("refresh", "--yes", "--skip-preview", ...args);
  }

  destroy(...args: string[]): Promise<Run> {
    return this.run("destroy", "--yes", "--skip-preview", ...args);
  }

  /** Runs a command and fails the test, with all that it printed, when it does not succeed. */
  async must(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${run.code}:\n${run.text}`);
    return run;
  }

  run(...args: string[]): Promise<Run> {
    return this.start(...args).ended;
  }

  /** Starts a command that a test interrupts. */
  start(...args: string[]): { child: ChildProcess; ended: Promise<Run> } {
    const plain = ["--non-interactive", "--color", "never"];
    const child = spawn(this.binary, [...args, ...plain], { cwd: this.dir, env: this.env });
    return { child, ended: collect(child) };
  }

  /** The state as text, secrets encrypted. */
  async stateText(): Promise<string> {
    return (await this.must("stack", "export")).stdout;
  }

  /** The apps in the state. */
  async apps(): Promise<StateResource[]> {
    const state = JSON.parse(await this.stateText()) as { deployment: { resources?: StateResource[] } };
    return (state.deployment.resources ?? []).filter(({ type }) => /:(CamposApp|index:App)$/.test(type));
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.must("stack", "output", "--json", "--show-secrets");
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** The steps of a preview, by the resource's name. */
  async steps(): Promise<Record<string, PreviewStep>> {
    const { stdout } = await this.must("preview", "--json");
    const { steps } = JSON.parse(stdout) as { steps: PreviewStep[] };
    return Object.fromEntries(steps.map((step) => [step.urn.split("::").at(-1) ?? "", step]));
  }

  dispose(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export interface PreviewStep {
  op: string;
  urn: string;
  detailedDiff?: Record<string, { kind: string; inputDiff: boolean }>;
  replaceReasons?: string[];
  newState?: { inputs: Record<string, unknown>; outputs?: Record<string, unknown> };
}

function collect(child: ChildProcessWithoutNullStreams): Promise<Run> {
  const run: Run = { code: -1, stdout: "", stderr: "", text: "" };
  child.stdout.on("data", (data) => {
    run.stdout += data;
    run.text += data;
  });
  child.stderr.on("data", (data) => {
    run.stderr += data;
    run.text += data;
  });
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", (code) => done({ ...run, code: code ?? -1 }));
  });
}

/** A process and all its descendants. The provider's process outlives a killed CLI. */
export function processTree(pid: number): number[] {
  const table = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" });
  const rows = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const tree = [pid];
  for (const each of tree)
    tree.push(...rows.flatMap(([child, parent]) => (parent === each && child ? [child] : [])));
  return tree;
}

/** Kills those that have not exited yet. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

async function linkPackages(dir: string): Promise<void> {
  const modules = join(dir, "node_modules");
  mkdirSync(modules);
  symlinkSync(root, join(modules, "pulumi-camposcloud"), "junction");
  symlinkSync(join(root, "node_modules", "@pulumi"), join(modules, "@pulumi"), "junction");
}

function ownEnvironment(dir: string): NodeJS.ProcessEnv {
  return {
    PULUMI_BACKEND_URL: `file://${join(dir, ".backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "for the tests",
    PULUMI_HOME: join(dir, ".home"),
    CAMPOSCLOUD_TOKEN: undefined,
    CAMPOSCLOUD_BASE_URL: undefined,
  };
}
