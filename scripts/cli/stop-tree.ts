/** Ends a child process together with everything it started. */
import { type ChildProcess, spawnSync } from "node:child_process";

/** Gives a child its own process group, if the platform supports it, so that `stopTree` reaches its children. */
export const ownGroup = process.platform !== "win32";

/** Signals the child's whole group; on Windows, without signals, ends the tree immediately. */
export function stopTree(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): void {
  if (child.pid === undefined) return;
  if (!ownGroup) {
    spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the whole group has already exited.
  }
}

/** Asks only the child to exit. On Windows that is not possible, so its tree is ended immediately. */
export function askToEnd(child: ChildProcess, signal: NodeJS.Signals): void {
  if (ownGroup) child.kill(signal);
  else stopTree(child);
}
