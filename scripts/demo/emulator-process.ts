/** The emulator as a separate process, so that it can outlive the demo. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askToEnd, ownGroup, stopTree } from "../cli/stop-tree";
import { repository, type Workspace } from "./workspace";

/** The emulator's default key. */
export const EMULATOR_TOKEN = "emulator-token";

export interface EmulatorProcess {
  url: string;
  pid: number;
  readyLine: string;
  /** The end of its output. */
  log(): string;
  /** Stops it and all its apps. */
  stop(): Promise<void>;
  /** Lets it keep running when this process exits. */
  release(): void;
}

const READY = /CamposCloud emulator ready on (http:\S+)/;
const READY_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 10_000;

/** Starts it on a free port. Its output goes to a file, since a pipe would break if the demo exits first. */
export async function startEmulatorProcess(
  workspace: Workspace,
  signal: AbortSignal,
): Promise<EmulatorProcess> {
  const cli = join(repository, "dist", "emulator", "cli.js");
  if (!existsSync(cli))
    throw new Error(`Starting the emulator failed: ${cli} is not there. Run npm run build first.`);
  const logFile = join(workspace.folder, "emulator.log");
  const output = openSync(logFile, "a");
  const child = spawn(process.execPath, [cli, "--port", "0", "--data", join(workspace.folder, "emulator")], {
    env: { ...process.env, ...workspace.temporary },
    stdio: ["ignore", output, output],
    detached: ownGroup,
    windowsHide: true,
  });
  closeSync(output);
  const log = () => readFileSync(logFile, "utf8");
  try {
    const [readyLine, url] = await waitUntilReady({ child, log, signal });
    return {
      url,
      pid: child.pid ?? 0,
      readyLine,
      log,
      stop: () => stop(child),
      release: () => child.unref(),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function waitUntilReady(emulator: {
  child: ChildProcess;
  log: () => string;
  signal: AbortSignal;
}): Promise<[line: string, url: string]> {
  for (const begun = Date.now(); Date.now() - begun < READY_WITHIN_MS; ) {
    const found = READY.exec(emulator.log());
    if (found?.[1] !== undefined) return [found[0], found[1]];
    if (hasEnded(emulator.child)) break;
    await sleep(50, undefined, { signal: emulator.signal });
  }
  throw new Error(`The emulator did not start; it wrote: ${emulator.log().trim() || "nothing"}`);
}

async function stop(child: ChildProcess): Promise<void> {
  askToEnd(child, "SIGTERM");
  for (const begun = Date.now(); Date.now() - begun < STOPPED_WITHIN_MS; await sleep(50)) {
    if (hasEnded(child)) return;
  }
  stopTree(child);
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
