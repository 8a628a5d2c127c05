/** Time as a value: what sleeps or asks for the time gets a `Clock`, so that tests can replace it. */
import { UserError } from "./errors";

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

/** The reason of a signal that a deadline aborted. */
export class DeadlineError extends UserError {
  override readonly name = "DeadlineError";
}

export interface Deadline {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Aborted with a `DeadlineError` when the time is over. */
  readonly signal: AbortSignal;
  /** Frees the timer; call it when the work is done. */
  clear(): void;
}

export interface DeadlineOptions {
  clock: Clock;
  ms: number;
  /** Begins the sentence "… took longer than 10 min." */
  what: string;
  /** What to do when the time is over, a sentence. */
  advice: string;
}

/** Gives an operation some time. The engine itself sets no limit to a call, so every operation needs one. */
export function startDeadline({ clock, ms, what, advice }: DeadlineOptions): Deadline {
  const over = new AbortController();
  const done = new AbortController();
  clock.sleep(ms, done.signal).then(
    () => over.abort(new DeadlineError(`${what} took longer than ${formatDuration(ms)}. ${advice}`)),
    () => undefined,
  );
  return { at: clock.now() + ms, signal: over.signal, clear: () => done.abort() };
}

/** `90000` is `1 min 30 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return `${Math.round(ms)} ms`;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
