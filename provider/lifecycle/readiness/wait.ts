/** Polls an app until it is ready, or until another condition holds. */
import { type App, dashboardUrlOf, mergeApps } from "../../api/app";
import { anySignal, formatDuration } from "../../clock";
import type { Deps } from "../deps";
import { apiErrorKind, messageOf, RefusedError } from "../failures";
import type { AppPoller } from "./app-poller";
import { type Expectation, type Observation, observe, unobserved } from "./observation";

/** A non-interactive CLI prints every progress line, so they are shown rarely. */
const progressEveryMs = 15_000;
/** From then on the line says where to find the reason. */
const lateMs = 30_000;

export interface Waiting {
  app: App;
  poller: AppPoller;
}

export interface ReadinessOptions extends Waiting, Expectation {
  /** Called once if the app is still offline after 30 s. Its failure is ignored. */
  startAgain?: () => Promise<App>;
}

/** An app that was seen to be ready. */
export interface Ready extends Waiting {
  expectation: Expectation;
  observation: Observation;
  /** Since then the API may restart it once, in response to a request of ours. */
  mayRestartSince?: number;
}

/** Throws if the app ends, restarts, is suspended or deleted, or if the signal aborts the wait. */
export async function waitUntilReady(deps: Deps, options: ReadinessOptions): Promise<Ready> {
  let observation = unobserved(options);
  let { startAgain } = options;
  const app = await watch(deps, options, {
    what: "until the app is online",
    onPoll: async (app, at, waited) => {
      observation = observe(observation, options, { app, at });
      const { standing } = observation;
      if (standing.kind === "failed") throw notReady(app, standing.reason);
      if (standing.kind === "ready") {
        if (standing.warning !== undefined) deps.warn(`${standing.warning}: ${dashboardUrlOf(app)}`);
        return { done: true };
      }
      if (startAgain && waited >= lateMs && !isOnline(app) && app.status !== "creating") {
        const start = startAgain;
        startAgain = undefined;
        const response = await start().catch((error: unknown) => ignoreApiError(deps, error));
        return { app: response && mergeApps(app, response), dueAt: standing.dueAt, hurry: true };
      }
      return { dueAt: standing.dueAt };
    },
  });
  return { app, poller: options.poller, expectation: options, observation };
}

/** Does some work while polling the app. Throws as soon as two polls in a row show that the app has ended or restarted. */
export async function whileRunning<T>(
  deps: Deps,
  ready: Ready,
  work: (deps: Deps) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const limited = { ...deps, signal: anySignal(deps.signal, over.signal) };
  try {
    return await Promise.race([work(limited), failureOf(limited, ready)]);
  } finally {
    over.abort("done");
  }
}

/** Rejects when the app has ended or restarted, and never resolves. */
async function failureOf(
  deps: Deps,
  { expectation, mayRestartSince = Number.NEGATIVE_INFINITY, ...ready }: Ready,
): Promise<never> {
  let { observation } = ready;
  let failed = false;
  const onPoll = async (app: App, at: number) => {
    // The response to a start, and those right after it, may show a running app as offline.
    const starting = at < mayRestartSince + lateMs;
    if (starting && !isOnline(app)) return {};
    const before = starting ? unobserved({ ...expectation, actedAt: mayRestartSince }) : observation;
    const next = observe(before, expectation, { app, at });
    if (next.standing.kind !== "failed") observation = next;
    else if (failed) throw notReady(app, next.standing.reason);
    failed = next.standing.kind === "failed";
    return {};
  };
  try {
    await watch(deps, ready, { onPoll });
  } catch (error) {
    if (!deps.signal.aborted) throw error;
  }
  return new Promise(() => undefined);
}

export interface UntilOptions extends Waiting {
  until: (app: App) => boolean;
  /** After this time, returns the last observation without an error. */
  atMostMs: number;
  /** Completes the progress line "waiting …". */
  what: string;
}

export function waitUntil(deps: Deps, options: UntilOptions): Promise<App> {
  return watch(deps, options, {
    what: options.what,
    onPoll: async (app, _at, waited) => ({ done: options.until(app) || waited >= options.atMostMs }),
  });
}

export function isOnline(app: App): boolean {
  return app.currentResourceMetrics?.online === true;
}

function notReady(app: App, reason: string): RefusedError {
  return new RefusedError(
    `The app ${app.name ?? ""} (${app.id}) ${reason}. Its log shows why: ${dashboardUrlOf(app)} - fix the source or ` +
      "the settings and run `pulumi up` again.",
  );
}

// The API may refuse a start, for example because the app is already starting.
function ignoreApiError(deps: Deps, error: unknown): undefined {
  if (apiErrorKind(error) === undefined || deps.signal.aborted) throw error;
  return undefined;
}

interface PollResult {
  done?: boolean;
  dueAt?: number;
  /** The app, if more is known about it. */
  app?: App;
  /** Poll often for a while. */
  hurry?: boolean;
}

interface Watch {
  /** Completes the progress line "waiting …"; without it, none is shown. */
  what?: string;
  onPoll(app: App, at: number, waited: number): Promise<PollResult>;
}

/** What one wait has observed so far. */
interface Seen {
  app: App;
  at: number;
  /** Consecutive polls that did not find the app. */
  misses: number;
  /** Why the last poll failed. */
  trouble?: string;
}

async function watch(deps: Deps, { app, poller }: Waiting, { what, onPoll }: Watch): Promise<App> {
  const start = deps.clock.now();
  const seen: Seen = { app, at: start, misses: 0 };
  const waiter = poller.join(app.id);
  let shownAt = start - progressEveryMs;
  try {
    for (;;) {
      const found = await pollOnce(deps, seen, () => poller.poll(deps, seen.app, waiter));
      const now = deps.clock.now();
      const { done, dueAt, app: more, hurry } = found ? await onPoll(seen.app, seen.at, now - start) : {};
      seen.app = more ?? seen.app;
      if (done) return seen.app;
      if (hurry) poller.hurry(waiter, now);
      if (what !== undefined && now - shownAt >= progressEveryMs) {
        shownAt = now;
        deps.progress(progressLine(what, seen.app, now - start));
      }
      await deps.clock.sleep(poller.nextLookAt(waiter, now, dueAt) - now, deps.signal);
    }
  } catch (error) {
    throw deps.signal.aborted ? notInTime(seen, deps.signal.reason) : error;
  } finally {
    poller.leave(waiter);
  }
}

function progressLine(what: string, app: App, waited: number): string {
  const line = waited < 1000 ? `waiting ${what}` : `waiting ${what} (${formatDuration(waited)})`;
  return waited < lateMs || isOnline(app)
    ? line
    : `${line}; if it cannot start, its log shows why: ${dashboardUrlOf(app)}`;
}

function notInTime({ app, trouble }: Seen, reason: unknown): RefusedError {
  const why = reason instanceof Error ? reason.message : "The wait was aborted.";
  const last = trouble === undefined || why.includes(trouble) ? "" : ` The last check failed: ${trouble}`;
  const state = isOnline(app) ? "has not stayed online for long enough yet" : "is not online yet";
  return new RefusedError(
    `The app ${app.name ?? ""} (${app.id}) ${state}, its status is ${app.status ?? "unknown"}. ` +
      `If it cannot start, its log shows why: ${dashboardUrlOf(app)} - fix the source and run \`pulumi up\` again. ${why}${last}`,
  );
}

/** Failures that say nothing about the app: the next poll may succeed, and the signal limits them all. */
const transient: readonly unknown[] = ["server", "lost", "unreachable", "protocol", "limited"];
/** The API does not guarantee that a new app can be read immediately. */
const maxMisses = 3;

/** False if the poll failed. */
async function pollOnce(
  deps: Deps,
  seen: Seen,
  poll: () => Promise<{ app: App; at: number }>,
): Promise<boolean> {
  let found: { app: App; at: number };
  try {
    found = await poll();
  } catch (error) {
    if (deps.signal.aborted) throw error;
    const kind = apiErrorKind(error);
    seen.misses = kind === "notFound" ? seen.misses + 1 : 0;
    if (seen.misses >= maxMisses) {
      throw new RefusedError(
        `The app ${seen.app.id} is gone: it was deleted while waiting for it. Run \`pulumi refresh\` and then \`pulumi up\`.`,
      );
    }
    if (kind !== "notFound" && !transient.includes(kind)) throw error;
    seen.trouble = messageOf(error);
    return false;
  }
  if (found.app.status === "suspended") {
    throw new RefusedError(
      `CamposCloud has suspended the app ${seen.app.id}. Check the plan and ${dashboardUrlOf(found.app)}, then run \`pulumi up\` again.`,
    );
  }
  seen.misses = 0;
  seen.trouble = undefined;
  seen.app = found.app;
  seen.at = found.at;
  return true;
}
