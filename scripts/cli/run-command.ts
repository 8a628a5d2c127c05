/** Runs a command with a callback per line of output, with timeouts, and without leaving child processes. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ownGroup, stopTree } from "./stop-tree";

/** A command and its limits. */
export interface Command {
  file: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Called with each line of stdout and stderr. */
  onLine?: (line: string) => void;
  /** Milliseconds until the first line on stdout. Default: no limit. */
  firstLineWithinMs?: number;
  /** Milliseconds for the whole command. Default: no limit. */
  withinMs?: number;
}

/** The outcome. `problem` is undefined after exit code 0, otherwise it describes the error with the last line. */
export interface Ending {
  problem?: string;
}

/** Never rejects: a command that cannot be started is also an outcome with a problem. */
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

/** A separate process group does not receive Ctrl-C from the terminal, so the signal is forwarded. Returns the removal. */
function endWithUs(child: ChildProcess): () => void {
  const onSignal = (signal: NodeJS.Signals) => {
    forget();
    stopTree(child, signal);
    // Another listener decides what happens to this process; without one, it ends as if there were no listener.
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
