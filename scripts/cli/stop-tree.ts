/** Ends a child process together with everything it started. */
import { type ChildProcess, spawnSync } from "node:child_process";

/** Give a child a process group of its own where the platform has them, so that `stopTree` reaches its children. */
export const ownGroup = process.platform !== "win32";

/** Signals the child's whole group; on Windows, which has no signals, ends the tree at once. */
export function stopTree(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): void {
  if (child.pid === undefined) return;
  if (!ownGroup) {
    spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the whole group has ended already, which is what was asked for.
  }
}

/** Asks the child alone to end in its own way. Windows knows no asking, so there its tree ends at once. */
export function askToEnd(child: ChildProcess, signal: NodeJS.Signals): void {
  if (ownGroup) child.kill(signal);
  else stopTree(child);
}
