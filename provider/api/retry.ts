/** Retries: decides from an error whether to send the request again, and the retry loop. */
import type { Clock } from "../clock";
import type { Endpoint } from "./endpoints";
import { ApiError } from "./errors";

export type Decision = { again: false } | { again: true; waitMs: number };

const giveUp: Decision = { again: false };
const maxAttempts = 5;
/** Nothing reached the API: a network that is down usually stays down for longer than retries would help. */
const maxUnreachable = 4;
/** Without a time from the API: 4, 8, then always 16 seconds. With longer waits other programs would always be first. */
const maxBackoffMs = 16_000;
/** Prevents a busy loop if the server asks for a wait of 0. */
const minPauseMs = 1000;

/** `attempt` counts from 1; `random` is between 0 and 1. */
export function decide(endpoint: Endpoint, attempt: number, error: ApiError, random: number): Decision {
  if (!error.transient) return giveUp;
  if (error.kind === "limited") {
    // The request was not processed, so even a create may be sent again. Limited only by the operation's deadline.
    const backoff = Math.min(4000 * 2 ** (attempt - 1), maxBackoffMs);
    return { again: true, waitMs: Math.max(error.waitMs ?? backoff, minPauseMs) + 250 * random };
  }
  const most = error.maybeApplied ? attemptsOf(endpoint) : maxUnreachable;
  if (attempt >= most) return giveUp;
  return { again: true, waitMs: 500 * 2 ** (attempt - 1) * (1 + random) };
}

function attemptsOf({ repeat }: Endpoint): number {
  if (repeat === "safe") return maxAttempts;
  if (repeat === "few") return 4;
  return repeat === "once" ? 2 : 1;
}

/** For the progress line. */
export function shortReason(error: ApiError): string {
  if (error.kind === "limited") return "the API asks to slow down (429)";
  return error.status === undefined ? "no answer from the API" : `the API answered ${error.status}`;
}

export interface RetryOptions {
  endpoint: Endpoint;
  clock: Clock;
  /** Aborts the waits between attempts. */
  signal: AbortSignal;
  onRetry(waitMs: number, error: ApiError): void;
}

/** Runs attempts until one succeeds or fails permanently, or the signal aborts. */
export async function withRetries<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const decision = decide(options.endpoint, count, error, Math.random());
      if (!decision.again) throw error;
      options.onRetry(decision.waitMs, error);
      await sleepOrThrow(options, decision.waitMs, error);
    }
  }
}

// If the deadline passes during the wait, the original error says more than "took too long".
async function sleepOrThrow(options: RetryOptions, waitMs: number, error: ApiError): Promise<void> {
  try {
    await options.clock.sleep(waitMs, options.signal);
  } catch {
    throw error;
  }
}
