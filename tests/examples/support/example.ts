/** A copy of an example outside the repository, with an emulator, run with the real CLI as its README says. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../emulator";
import { makeWorkspace, repository } from "../../../scripts/demo/workspace";
import { ensurePulumi } from "../../../scripts/pulumi-cli";

export interface Example {
  /** The copy. */
  folder: string;
  emulator: Emulator;
  /** Runs `pulumi` in the copy and returns what it printed on stdout; fails with all that it printed. */
  pulumi(...args: string[]): Promise<string>;
  /** The same for any program. */
  run(program: string, ...args: string[]): Promise<string>;
  /** Creates the stack `dev` of the project in a folder of the copy, with the emulator's key and URLs. */
  init(folder?: string): Promise<void>;
  /** Writes, as `METHOD /path` with the app's id as `ID`, since the last call. */
  writes(): string[];
  close(): Promise<void>;
}

/** Copies `examples/<name>` and starts an emulator for it. `more` is added to the environment. */
export async function openExample(
  name: string,
  options: EmulatorOptions = {},
  more: NodeJS.ProcessEnv = {},
): Promise<Example> {
  const cli = await ensurePulumi();
  const workspace = makeWorkspace(join(repository, "examples", name), ["."]);
  const emulator = await startEmulator({ writeWindowSeconds: 0, requestsPerMinute: 0, ...options });
  const env = { ...withoutSettings(cli.env), ...workspace.temporary, ...workspace.settings, ...more };
  const run = (program: string, ...args: string[]) =>
    output({
      program,
      args,
      cwd: workspace.project,
      env: { ...env, CAMPOSCLOUD_WRITE_INTERVAL_SECONDS: "0" },
    });
  const pulumi = (...args: string[]) => run(cli.pulumi, ...args, "--non-interactive", "--color", "never");
  return {
    folder: workspace.project,
    emulator,
    pulumi,
    run,
    init: async (folder = ".") => {
      const set = (...args: string[]) => pulumi("-C", folder, "config", "set", ...args);
      await pulumi("-C", folder, "stack", "init", "dev");
      await set("--secret", "camposcloud:token", emulator.token);
      await set("camposcloud:baseUrl", emulator.url);
      await set("camposcloud:appUrl", `http://{subdomain}.localhost:${emulator.port}`);
    },
    writes: () => {
      const seen = emulator.requests().filter(({ method }) => method !== "GET");
      emulator.clearRequests();
      return seen.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{24}/, "ID")}`);
    },
    close: async () => {
      await emulator.close();
      workspace.remove();
    },
  };
}

export interface Command {
  program: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** Runs a program to its end and returns its stdout; fails with all that it printed. */
export async function output({ program, args, cwd, env }: Command): Promise<string> {
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let all = "";
  child.stdout.on("data", (data) => {
    stdout += data;
    all += data;
  });
  child.stderr.on("data", (data) => {
    all += data;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${all}`);
  return stdout.trim();
}

/** Removes settings for the user's own stacks and account. */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(PULUMI|CAMPOSCLOUD)_/.test(name));
  return { ...Object.fromEntries(kept), PULUMI_SKIP_UPDATE_CHECK: "true" };
}
