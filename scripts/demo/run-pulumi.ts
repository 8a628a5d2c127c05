/** Runs the CLI for the demo: prints the command and its live output, and stops it on an interrupt. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { askToEnd, ownGroup, stopTree } from "../cli/stop-tree";
import type { PulumiCli } from "../pulumi-cli";
import { colourFlag, command, quote } from "./transcript";
import type { Workspace } from "./workspace";

/** How to run it. */
export interface PulumiRunner {
  cli: PulumiCli;
  workspace: Workspace;
  signal: AbortSignal;
}

const ENGINE_COMMANDS = ["preview", "up", "refresh", "destroy"];

/** Runs `pulumi` with these arguments and shows it. Returns its output; throws when it fails. */
export async function pulumi(runner: PulumiRunner, ...args: string[]): Promise<string> {
  command(`pulumi ${args.join(" ")}`);
  const lines: string[] = [];
  await run(runner, args, (line) => {
    lines.push(line);
    if (stripVTControlCharacters(line).trim() !== "") quote(line);
  });
  return lines.join("\n");
}

/** The same without printing anything. */
export async function askPulumi(runner: PulumiRunner, ...args: string[]): Promise<string> {
  const lines: string[] = [];
  await run(runner, args, (line) => lines.push(line));
  return lines.join("\n");
}

async function run(runner: PulumiRunner, args: string[], onLine: (line: string) => void): Promise<void> {
  const { cli, workspace, signal } = runner;
  signal.throwIfAborted();
  const child = spawn(cli.pulumi, [...args, ...looks(args)], {
    cwd: workspace.project,
    env: { ...withoutSettings(cli.env), ...workspace.temporary, ...workspace.settings },
    stdio: ["ignore", "pipe", "pipe"],
    detached: ownGroup,
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLine);
  const interrupt = () => void interruptPulumi(child);
  signal.addEventListener("abort", interrupt, { once: true });
  const [code] = await once(child, "close").finally(() => signal.removeEventListener("abort", interrupt));
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")} failed with exit code ${code}.`);
}

/** Flags that only affect the format of the output; not shown in the transcript. */
function looks([verb = ""]: string[]): string[] {
  const all = ["--non-interactive", "--color", colourFlag];
  return ENGINE_COMMANDS.includes(verb) ? [...all, "--suppress-permalink=true", "--suppress-progress"] : all;
}

/** The first interrupt waits for calls in progress, the second one aborts them and ends the provider within 5 seconds. */
async function interruptPulumi(child: ChildProcess): Promise<void> {
  for (const wait of [500, 8_000]) {
    askToEnd(child, "SIGINT");
    await sleep(wait);
    if (child.exitCode !== null || child.signalCode !== null) return;
  }
  stopTree(child);
}

/** Removes settings and keys for the user's real stacks and account. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const mine = Object.entries(env).filter(([name]) => !/^(PULUMI|CAMPOSCLOUD)_/.test(name));
  return { ...Object.fromEntries(mine), PULUMI_SKIP_UPDATE_CHECK: "true" };
}
