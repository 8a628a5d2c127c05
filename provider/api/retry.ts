/** Decides from the error alone whether a request is sent again, and the loop that obeys it. */
import type { Clock } from "../clock";
import type { Endpoint } from "./endpoints";
import { ApiError } from "./errors";

export type Decision = { again: false } | { again: true; waitMs: number };

const giveUp: Decision = { again: false };
const mostAttempts = 5;
/** Nothing has reached the API: a network that is down stays so for longer than our patience. */
const mostUnreachable = 4;
/** Without word from the API: 4, 8, then always 16 seconds. Longer waits would leave the turn to other programs. */
const longestBackoffMs = 16_000;
/** A server that asks to wait no time at all would otherwise be asked without end. */
const leastPause = 1000;

/** `attempt` counts from 1; `random` is between 0 and 1. */
export function decide(endpoint: Endpoint, attempt: number, error: ApiError, random: number): Decision {
  if (!error.transient) return giveUp;
  if (error.kind === "limited") {
    // The request was refused unprocessed, so even a create may be sent again. Bounded by the operation's timeout.
    const backoff = Math.min(4000 * 2 ** (attempt - 1), longestBackoffMs);
    return { again: true, waitMs: Math.max(error.waitMs ?? backoff, leastPause) + 250 * random };
  }
  const most = error.maybeApplied ? attemptsOf(endpoint) : mostUnreachable;
  if (attempt >= most) return giveUp;
  return { again: true, waitMs: 500 * 2 ** (attempt - 1) * (1 + random) };
}

function attemptsOf({ repeat }: Endpoint): number {
  if (repeat === "safe") return mostAttempts;
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
  /** Ends the waits between attempts. */
  signal: AbortSignal;
  onRetry(waitMs: number, error: ApiError): void;
}

/** Runs attempts until one succeeds, fails for good, or the signal ends it. */
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

// When the operation's time ends during the wait, the reason for waiting says more than "took too long".
async function sleepOrThrow(options: RetryOptions, waitMs: number, error: ApiError): Promise<void> {
  try {
    await options.clock.sleep(waitMs, options.signal);
  } catch {
    throw error;
  }
}
