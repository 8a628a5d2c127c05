/** Owns waiting that can be cut short. */

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
