/** Owns one running process of an app: starts it in its own process group, collects its output, ends its whole tree. */
import { type ChildProcess, type SpawnOptionsWithStdioTuple, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { ProcessTree } from "./process-tree";
import type { Run } from "./runtime";

export interface Command {
  run: Run;
  folder: string;
  environment: Record<string, string>;
  /** TMPDIR of the process; identifies its descendants. */
  temporary: string;
  output: (text: string) => void;
}

export interface Exit {
  code: number | null;
  signal: string | null;
}

export interface Running {
  /** Undefined if the program could not be started. */
  tree: ProcessTree | undefined;
  /** Resolves when the process and its whole tree have exited; never rejects. */
  ended: Promise<Exit>;
  /** Ends the tree: SIGTERM, then SIGKILL after `graceMs`. */
  end(graceMs: number): Promise<void>;
}

/** The maximum output rate; the pipe blocks an app that writes more. */
const OUTPUT_BYTES = 512 * 1024;
const OUTPUT_WINDOW_MS = 250;

export function launch(command: Command): Running {
  const { run } = command;
  const options = spawnOptions(command);
  const child =
    typeof run === "string"
      ? spawn(run, [], { ...options, shell: true })
      : spawn(run.file, run.args, options);
  const tree = child.pid === undefined ? undefined : new ProcessTree(child.pid, command.temporary);
  for (const stream of [child.stdout, child.stderr]) if (stream) take(stream, command.output);
  return { tree, ended: ended(child, command, tree), end: async (graceMs) => tree?.end(graceMs) };
}

function spawnOptions({
  folder,
  environment,
}: Command): SpawnOptionsWithStdioTuple<"ignore", "pipe", "pipe"> {
  const detached = process.platform !== "win32";
  return { cwd: folder, env: environment, detached, stdio: ["ignore", "pipe", "pipe"] };
}

async function ended(child: ChildProcess, command: Command, tree: ProcessTree | undefined): Promise<Exit> {
  const exit = await new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", (error) => {
      command.output(`${error.message}\n`);
      if (child.pid === undefined) resolve({ code: 127, signal: null });
    });
  });
  // As in a container, nothing outlives the first process.
  await tree?.end(0).catch((error: unknown) => command.output(`Cannot end its other processes: ${error}\n`));
  await drained(child);
  return exit;
}

/** Waits for the last output, but not for another process that may keep the pipe open. */
async function drained(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const closed = streams.map((stream) =>
    stream.closed ? undefined : new Promise((done) => stream.once("close", done)),
  );
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((done) => {
    timer = setTimeout(done, 500);
  });
  await Promise.race([Promise.all(closed), patience]);
  clearTimeout(timer);
  for (const stream of streams) stream.destroy();
}

function take(stream: Readable, output: (text: string) => void): void {
  let left = OUTPUT_BYTES;
  let timer: NodeJS.Timeout | undefined;
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    output(text);
    left -= text.length;
    timer ??= setTimeout(() => {
      timer = undefined;
      left = OUTPUT_BYTES;
      stream.resume();
    }, OUTPUT_WINDOW_MS);
    if (left <= 0) stream.pause();
  });
  stream.on("close", () => clearTimeout(timer));
}

/** A description for logs and pages. */
export function describeExit({ code, signal }: Exit): string {
  return signal ? `killed by ${signal}` : `exit code ${code}`;
}
