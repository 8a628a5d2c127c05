/** Prevents two processes from building the same CLI: a lock file that its owner touches regularly. */
import { closeSync, futimesSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const TOUCH_EVERY_MS = 2_000;
/** An owner that has not touched its lock for this long was killed. Process ids do not work across containers. */
const DEAD_AFTER_MS = 20_000;
const ASK_EVERY_MS = 500;

/** What to do while holding a lock. */
export interface LockedWork<T> {
  file: string;
  /** Called once when another process has the lock. */
  onWait: () => void;
  work: () => Promise<T>;
}

/** Runs the work while holding the lock. Two owners, possible after a kill, are harmless: results are renamed into place. */
export async function withLock<T>({ file, onWait, work }: LockedWork<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const lock = await waitForLock(file, onWait);
  const touch = setInterval(() => futimesSync(lock, new Date(), new Date()), TOUCH_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    closeSync(lock);
    rmSync(file, { force: true });
  }
}

async function waitForLock(file: string, onWait: () => void): Promise<number> {
  for (let told = false; ; told = true) {
    const lock = take(file);
    if (lock !== undefined) return lock;
    if (!told) onWait();
    await sleep(ASK_EVERY_MS);
  }
}

function take(file: string): number | undefined {
  try {
    return openSync(file, "wx");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (touched !== undefined && Date.now() - touched > DEAD_AFTER_MS) rmSync(file, { force: true });
  return undefined;
}
