/** Divides long work into slices, so that all packaging of this process shares the event loop with timers and sockets. */

/** Milliseconds of work before the event loop gets its chance. */
const sliceMs = 8;

/** What long work asks between two small pieces of it. */
export interface Yielder {
  /** Whether this slice's time is used up. */
  readonly shouldYield: boolean;
  /** Waits for the next slice. Rejects with the signal's reason once aborted. */
  yield(): Promise<void>;
}

/** For worker threads: nothing shares their event loop. */
export const neverYield: Yielder = { shouldYield: false, yield: async () => {} };

// One queue for the process, since it has one event loop: with one each, fifty apps would block it fifty times as long.
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

// One a loop iteration: an immediate that is set by another runs only after the loop has polled.
function releaseOne(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(releaseOne);
}
