/** Decides whether a request is sent again, as a pure function, and the loop that obeys it. */
import type { Clock } from "../clock";
import type { Endpoint } from "./endpoints";
import { ApiError } from "./errors";
import type { LimitReport } from "./limiter";

/** What an attempt came to, as far as a retry is concerned. */
export type Outcome =
  | { kind: "limited"; retryAfterMs?: number; resetMs?: number }
  | { kind: "server" }
  /** A good status, but not what it must hold: half an answer, or a page of something in between. */
  | { kind: "garbled" }
  /** The connection broke or no answer came in time: the effect may have happened. */
  | { kind: "lost" }
  /** Never reached the API: nothing can have happened. */
  | { kind: "notSent" };

export type Decision = { again: false } | { again: true; waitMs: number };

const giveUp: Decision = { again: false };
const mostAttempts = 5;
/** A server that asks to wait no time at all would otherwise be asked without end. */
const leastPause = 1000;

/** `attempt` counts from 1; `random` is between 0 and 1. */
export function decide(endpoint: Endpoint, attempt: number, outcome: Outcome, random: number): Decision {
  if (outcome.kind === "limited") {
    // The request was refused unprocessed, so even a create may be sent again. Bounded by the operation's timeout.
    const asked = outcome.retryAfterMs ?? outcome.resetMs;
    const backoff = Math.min(4000 * 2 ** (attempt - 1), 60_000);
    return { again: true, waitMs: Math.max(asked ?? backoff, leastPause) + 250 * random };
  }
  if (attempt >= mostAttempts) return giveUp;
  const waitMs = 500 * 2 ** (attempt - 1) * (1 + random);
  if (outcome.kind === "notSent") return attempt < 4 ? { again: true, waitMs } : giveUp;
  if (endpoint.repeat === "safe") return { again: true, waitMs };
  if (endpoint.repeat === "once" && attempt === 1) return { again: true, waitMs };
  return giveUp;
}

/** Undefined when trying again is of no use. */
export function outcomeOf(answer: LimitReport): Outcome | undefined {
  if (answer.status === 429) {
    return { kind: "limited", retryAfterMs: answer.retryAfterMs, resetMs: answer.resetMs };
  }
  return answer.status >= 500 ? { kind: "server" } : undefined;
}

export function shortReason(error: ApiError): string {
  if (error.kind === "limited") return "the API asks to slow down (429)";
  return error.status === undefined ? "no answer from the API" : `the API answered ${error.status}`;
}

export interface RetryOptions {
  endpoint: Endpoint;
  clock: Clock;
  signal: AbortSignal;
  onRetry(waitMs: number, why: ApiError): void;
}

/** Runs attempts until one succeeds, fails for good, or the signal ends it. */
export async function withRetries<T>(
  options: RetryOptions,
  attempt: () => Promise<T>,
  outcomeOf: (error: ApiError) => Outcome | undefined,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      const outcome = error instanceof ApiError ? outcomeOf(error) : undefined;
      if (!(error instanceof ApiError) || outcome === undefined) throw error;
      const decision = decide(options.endpoint, count, outcome, Math.random());
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
