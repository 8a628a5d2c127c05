/** Owns waiting: for a time that a signal can end, and yielding to the event loop. */
import { setImmediate } from "node:timers/promises";

const LONGEST_MS = 2 ** 31 - 1;

/** Waits for the time or until `signal` is aborted, and leaves no timer behind. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || ms <= 0) return resolve();
    // Timers are limited to 24 days; anything longer waits for `signal`.
    const timer = ms < LONGEST_MS ? setTimeout(finish, ms) : setInterval(() => {}, LONGEST_MS);
    function finish() {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish);
  });
}

/** For long synchronous work: call the returned function between two steps; it yields to the event loop every `ms`. */
export function yielder(ms = 10): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < ms) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
