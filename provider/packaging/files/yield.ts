/** Divides long work into slices, so that timers and sockets of this process are served in between. */

/** Milliseconds of work between two yields to the event loop. */
const sliceMs = 8;

/** Long work checks this between its small steps. */
export interface Yielder {
  /** Whether the time of this slice is used up. */
  readonly shouldYield: boolean;
  /** Waits for the next slice. Rejects with the signal's reason once aborted. */
  yield(): Promise<void>;
}

/** For worker threads: nothing shares their event loop. */
export const neverYield: Yielder = { shouldYield: false, yield: async () => {} };

// One queue for the process, since it has one event loop: with a queue per app, fifty apps would block it fifty times as long.
const waiting: (() => void)[] = [];

/** Slices of at most 8 ms each. Await `yield()` before the first piece of work. */
export function newYielder(signal?: AbortSignal): Yielder {
  let end = 0;
  return {
    get shouldYield() {
      return performance.now() >= end;
    },
    async yield() {
      await nextSlice();
      signal?.throwIfAborted();
      end = performance.now() + sliceMs;
    },
  };
}

function nextSlice(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(releaseOne);
  });
}

// One per iteration of the event loop: an immediate that is set by another only runs in the next iteration.
function releaseOne(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(releaseOne);
}
