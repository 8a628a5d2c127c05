/** Runs one command of the search for a CLI: its output line by line, its limits, and an end that leaves no child. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ownGroup, stopTree } from "./stop-tree";

/** A command and what is expected of it. */
export interface Command {
  file: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Called with each line of either stream. */
  onLine?: (line: string) => void;
  /** Milliseconds until the first line on stdout; no limit when absent. */
  firstLineWithinMs?: number;
  /** Milliseconds for the whole command; no limit when absent. */
  withinMs?: number;
}

/** How it ended. `problem` is undefined after exit code 0, else says what went wrong, the last line included. */
export interface Ending {
  problem?: string;
}

/** Never rejects: a command that cannot be started is an ending with a problem too. */
export function runCommand(command: Command): Promise<Ending> {
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: ownGroup,
    windowsHide: true,
  });
  const watch = watchOutput(child, command);
  const forget = endWithUs(child);
  return new Promise((resolve) => {
    const finish = (problem?: string) => {
      watch.stop();
      forget();
      resolve({ problem });
    };
    child.on("error", (error) => finish(error.message));
    child.on("close", (code, signal) => {
      if (watch.overdue() !== undefined) return finish(watch.overdue());
      if (code === 0) return finish();
      finish(`${code === null ? `ended by ${signal}` : `exit code ${code}`}${watch.lastLine()}`);
    });
  });
}

function watchOutput(child: ChildProcess, command: Command) {
  let last = "";
  let overdue: string | undefined;
  const limit = (ms: number | undefined, what: string) =>
    ms === undefined
      ? undefined
      : setTimeout(() => {
          overdue = `${what} within ${ms / 1000} s`;
          stopTree(child);
        }, ms);
  const first = limit(command.firstLineWithinMs, "no answer");
  const whole = limit(command.withinMs, "not done");
  const hear = (line: string) => {
    if (line.trim() !== "") last = line.trim();
    command.onLine?.(line);
  };
  if (child.stdout)
    createInterface({ input: child.stdout })
      .on("line", hear)
      .once("line", () => clearTimeout(first));
  if (child.stderr) createInterface({ input: child.stderr }).on("line", hear);
  return {
    overdue: () => overdue,
    lastLine: () => (last === "" ? "" : `: ${last}`),
    stop: () => {
      clearTimeout(first);
      clearTimeout(whole);
    },
  };
}

/** A group of its own does not get the terminal's Ctrl-C, so the signal is handed on. Returns the removal. */
function endWithUs(child: ChildProcess): () => void {
  const onSignal = (signal: NodeJS.Signals) => {
    forget();
    stopTree(child, signal);
    // Whoever listens besides decides about this process; else it ends as if nobody had listened.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const forget = () => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return forget;
}
