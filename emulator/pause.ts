/** Owns waiting: for a time that can be cut short, and for one's turn in the event loop. */
import { setImmediate } from "node:timers/promises";

const LONGEST_MS = 2 ** 31 - 1;

/** Waits, but no longer than until `signal`; leaves no timer behind. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || ms <= 0) return resolve();
    // Longer than timers count (24 days) means: until `signal`.
    const timer = ms < LONGEST_MS ? setTimeout(finish, ms) : setInterval(() => {}, LONGEST_MS);
    function finish() {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish);
  });
}

/** For long synchronous work: the function it returns, called between two steps, lets others go on once the time is used up. */
export function yielder(ms = 10): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < ms) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
