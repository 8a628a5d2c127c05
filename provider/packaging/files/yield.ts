/** Shares the event loop among all packing work of this process, in short turns. */

/** Milliseconds of work before timers and sockets get their chance. */
const turnMs = 8;

/** What long work asks between two small pieces of it. */
export interface Pace {
  /** Whether this turn's time is used up. */
  readonly spent: boolean;
  /** Waits for the next turn. Rejects with the signal's reason once aborted. */
  turn(): Promise<void>;
}

/** For a worker thread, which has nobody to wait for. */
export const unhurried: Pace = { spent: false, turn: async () => {} };

// One queue for the process, since it has one event loop: fifty apps in turn would else stop it fifty times as long.
const waiting: (() => void)[] = [];

/** Turns of at most 8 ms each. Await `turn()` before the first piece of work. */
export function takeTurns(signal?: AbortSignal): Pace {
  let end = 0;
  return {
    get spent() {
      return performance.now() >= end;
    },
    async turn() {
      await nextTurn();
      signal?.throwIfAborted();
      end = performance.now() + turnMs;
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(releaseOne);
  });
}

// One a loop iteration: an immediate that is set by another runs only after the loop has polled.
function releaseOne(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(releaseOne);
}
