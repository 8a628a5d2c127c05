/** Time, sleeping and deadlines behind an interface, so that tests can replace the clock. */
import { UserError } from "./errors";

export interface Clock {
  /** Milliseconds since the epoch. Only differences are exact: setting the clock of the machine does not change them. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node.js fires timers with a longer delay immediately. */
export const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  // Not `Date.now`: if the machine's clock is set back by an hour, deadlines and rate limits would take an hour longer.
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  sleep: async (ms, signal) => {
    let left = ms;
    for (; left > maxTimerMs; left -= maxTimerMs) await timer(maxTimerMs, signal);
    await timer(Math.max(0, left), signal);
  },
};

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(handle);
      reject(signal?.reason);
    };
    const handle = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Aborted with the reason of whichever is aborted first. */
export function anySignal(...signals: AbortSignal[]): AbortSignal {
  // Node.js has it from 20.3 on.
  if (typeof AbortSignal.any === "function") return AbortSignal.any(signals);
  const any = new AbortController();
  for (const signal of signals) {
    const onAbort = () => any.abort(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true, signal: any.signal });
  }
  return any.signal;
}

/** The abort reason of a deadline. */
export class DeadlineError extends UserError {
  override readonly name = "DeadlineError";
}

/** The abort reason after Ctrl-C: waits end, and what has been done so far is recorded. */
export class CanceledError extends UserError {
  override readonly name = "CanceledError";
}

export interface Deadline {
  /** When the time is up, in milliseconds since the epoch; each pause moves it. */
  at(): number;
  /** Aborted with a `DeadlineError` when the time is up. */
  readonly signal: AbortSignal;
  /** Stops the clock, for example while a request waits in this process's own queue; the returned function resumes it. */
  pause(): () => void;
  /** Records why `what` failed, or undefined once it succeeded. The error ends with the most recent reason. */
  note(what: string, reason: string | undefined): void;
  /** Releases the timer; call it when the work is done. */
  clear(): void;
}

export interface DeadlineOptions {
  clock: Clock;
  ms: number;
  /** Starts the sentence "… took longer than 10 min." */
  what: string;
  /** A sentence on what to do when the time is up. */
  advice: string;
}

/** Limits the time of an operation. The engine sets no limit on a call, so every operation needs one. */
export function startDeadline({ clock, ms, what, advice }: DeadlineOptions): Deadline {
  const over = new AbortController();
  const done = new AbortController();
  let endsAt = clock.now() + ms;
  const reasons = new Map<string, string>();
  let pauses = 0;
  let pausedAt = 0;
  const leftAt = (now: number) => endsAt - (pauses > 0 ? pausedAt : now);
  // Pauses only postpone the end, so it is enough to sleep again for the remaining time.
  const run = async () => {
    for (let left = ms; left > 0; left = leftAt(clock.now())) {
      await clock.sleep(pauses > 0 ? Math.max(left, 100) : left, done.signal);
    }
    const reason = [...reasons.values()].at(-1);
    const last = reason === undefined ? "" : ` The last failure: ${reason}`;
    over.abort(new DeadlineError(`${what} took longer than ${formatDuration(ms)}. ${advice}${last}`));
  };
  run().catch(() => undefined);
  return {
    at: () => clock.now() + leftAt(clock.now()),
    signal: over.signal,
    pause: () => {
      if (pauses++ === 0) pausedAt = clock.now();
      let running = false;
      return () => {
        if (running) return;
        running = true;
        if (--pauses === 0) endsAt += clock.now() - pausedAt;
      };
    },
    note: (of, reason) => {
      reasons.delete(of);
      if (reason !== undefined) reasons.set(of, reason);
    },
    // With a reason of its own: the default one records a stack trace, at each check.
    clear: () => done.abort("done"),
  };
}

/** `90000` is `1 min 30 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return `${Math.round(ms)} ms`;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes === 0) return `${rest} s`;
  if (minutes >= 120 && rest === 0 && minutes % 60 === 0) return `${minutes / 60} h`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
