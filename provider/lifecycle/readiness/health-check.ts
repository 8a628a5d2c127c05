/** Requests a web app at its public URL until it responds successfully or the time is up. */
import { dashboardUrlOf, urlOf } from "../../api/app";
import type { Deps } from "../deps";
import { RefusedError } from "../failures";
import { defaultHealthCheckPath, defaultHealthCheckTimeoutSeconds } from "../properties";
import type { CheckedInputs } from "../state";
import { type Ready, whileRunning } from "./wait";

/** The result of one GET request. */
export type ProbeResult = { status: number; text: string } | { failure: string };

/** Sends one GET request, without the API key and without following redirects. */
export type Probe = (
  url: string,
  options: { timeoutMs: number; signal: AbortSignal },
) => Promise<ProbeResult>;

/** How long to retry for an app without `healthCheck`. */
const defaultCheckMs = 15_000;
const firstPauseMs = 500;
const maxPauseMs = 5000;
const minAttemptMs = 10_000;
/** The last request may have only a millisecond left; with less time than this, no response says nothing about the app. */
const meaningfulMs = 1000;

/** Throws if a `healthCheck` fails, or if the app ends meanwhile; without one, an app that does not respond causes a warning. */
export async function checkHealth(
  deps: Deps,
  ready: Ready,
  { exposedViaWeb, healthCheck }: Pick<CheckedInputs, "exposedViaWeb" | "healthCheck">,
): Promise<void> {
  const { app } = ready;
  if (!exposedViaWeb || healthCheck?.enabled === false) return;
  const base = urlOf(app, deps.appUrl);
  if (base === undefined) {
    if (healthCheck === undefined) return;
    throw new RefusedError(
      `Could not check the health of ${app.name ?? "the app"} (${app.id}): the API did not return its address. ` +
        "Run `pulumi up` again, or set `healthCheck.enabled` to false.",
    );
  }
  if (healthCheck === undefined) return checkRoot(deps, ready, `${base}/`);
  const url = base + (healthCheck.path ?? defaultHealthCheckPath);
  const ms = (healthCheck.timeoutSeconds ?? defaultHealthCheckTimeoutSeconds) * 1000;
  const last = await ask(deps, ready, { url, ms, good: (status) => status >= 200 && status < 400 });
  if (last === undefined) return;
  throw new RefusedError(
    `The health check of ${app.name ?? "the app"} (${app.id}) failed: GET ${url} did not return 2xx or 3xx within ` +
      `${ms / 1000} s, the last result was ${describeResult(last)}. See its log: ${dashboardUrlOf(app)} - fix the app or ` +
      "`healthCheck` and run `pulumi up` again.",
  );
}

async function checkRoot(deps: Deps, ready: Ready, url: string): Promise<void> {
  const last = await ask(deps, ready, { url, ms: defaultCheckMs, good: (status) => status < 500 });
  if (last === undefined) return;
  deps.warn(
    `The app is running, but GET ${url} returned no status below 500 within ${defaultCheckMs / 1000} s; the last result was ` +
      `${describeResult(last)}. Does it listen on the port in PORT? Its log: ${dashboardUrlOf(ready.app)} - set \`healthCheck\` to make this ` +
      "a failure, or `healthCheck: { enabled: false }` to skip the check.",
  );
}

interface Question {
  url: string;
  ms: number;
  good: (status: number) => boolean;
}

/** A question with the time until which it is asked. */
interface Asked extends Question {
  endsAt: number;
}

/** Undefined after a successful response, otherwise the last result. */
async function ask(deps: Deps, ready: Ready, question: Question): Promise<ProbeResult | undefined> {
  const asked = { ...question, endsAt: deps.clock.now() + question.ms };
  const first = await request(deps, asked);
  if (succeeded(asked, first)) return undefined;
  return whileRunning(deps, ready, (each) => askAgain(each, asked, first));
}

async function askAgain(deps: Deps, asked: Asked, first: ProbeResult): Promise<ProbeResult | undefined> {
  let last = first;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, maxPauseMs)) {
    deps.progress(
      `waiting for a successful response from ${asked.url}; the last result was ${describeResult(last)}`,
    );
    const rest = asked.endsAt - deps.clock.now();
    if (rest > 0) await deps.clock.sleep(Math.min(pause, rest), deps.signal);
    if (deps.clock.now() >= asked.endsAt) return last;
    last = await request(deps, asked, last);
    if (succeeded(asked, last)) return undefined;
  }
}

/** The result of one more request; the one before if it says nothing about the app. */
async function request(deps: Deps, { url, ms, endsAt }: Asked, before?: ProbeResult): Promise<ProbeResult> {
  // One hanging request must not use up all of the time.
  const timeoutMs = Math.min(endsAt - deps.clock.now(), Math.max(minAttemptMs, ms / 3));
  const result = await deps.probe(url, { timeoutMs, signal: deps.signal });
  deps.signal.throwIfAborted();
  return before === undefined || "status" in result || timeoutMs >= meaningfulMs ? result : before;
}

function succeeded({ good }: Question, result: ProbeResult): boolean {
  return "status" in result && good(result.status);
}

function describeResult(result: ProbeResult): string {
  if ("failure" in result) return result.failure;
  return result.text === "" ? `${result.status}` : `${result.status} "${result.text}"`;
}
