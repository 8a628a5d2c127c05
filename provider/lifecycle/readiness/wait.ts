/** Waits for an app by looking at it: until it is ready, or until something else holds. */
import { type App, dashboardUrlOf, mergeApps } from "../../api/app";
import { formatDuration } from "../../clock";
import type { Deps } from "../deps";
import { apiErrorKind, messageOf, RefusedError } from "../failures";
import type { AppPoller } from "./app-poller";
import { type Expectation, observe, unobserved } from "./observation";

/** The CLI prints every progress line when it is not interactive, so they come seldom. */
const progressEveryMs = 15_000;
/** From then on the line says where the reason may be found. */
const lateMs = 30_000;

export interface Waiting {
  app: App;
  poller: AppPoller;
}

export interface ReadinessOptions extends Waiting, Expectation {
  /** Called once when the app is still offline after 30 s, to give it a push. That it fails is no failure. */
  nudge?: () => Promise<App>;
}

/** Answers the app with all that the looks told of it. Throws when it ends, restarts, is suspended or gone, and when the signal ends the wait. */
export async function waitUntilReady(deps: Deps, options: ReadinessOptions): Promise<App> {
  let observation = unobserved(options);
  let { nudge } = options;
  const end = await watch(deps, options, {
    what: "until the app is online",
    look: async (app, at, waited) => {
      observation = observe(observation, options, { app, at });
      const { standing } = observation;
      if (standing.kind === "failed") throw notReady(app, standing.reason);
      if (standing.kind === "ready") {
        if (standing.warning !== undefined) deps.warn(`${standing.warning}: ${dashboardUrlOf(app)}`);
        return { done: true };
      }
      if (nudge && waited >= lateMs && !isOnline(app) && app.status !== "creating") {
        const push = nudge;
        nudge = undefined;
        const answer = await push().catch((error: unknown) => passed(deps, error));
        return { app: answer && mergeApps(app, answer), dueAt: standing.dueAt, hurry: true };
      }
      return { dueAt: standing.dueAt };
    },
  });
  return end;
}

export interface UntilOptions extends Waiting {
  until: (app: App) => boolean;
  /** Give up quietly after this time and answer the last look. */
  atMostMs: number;
  /** Completes the line "waiting …". */
  what: string;
}

export function waitUntil(deps: Deps, options: UntilOptions): Promise<App> {
  return watch(deps, options, {
    what: options.what,
    look: async (app, _at, waited) => ({ done: options.until(app) || waited >= options.atMostMs }),
  });
}

export function isOnline(app: App): boolean {
  return app.currentResourceMetrics?.online === true;
}

function notReady(app: App, reason: string): RefusedError {
  return new RefusedError(
    `The app ${app.name ?? ""} (${app.id}) ${reason}. Its log tells why: ${dashboardUrlOf(app)} - correct the source or ` +
      "its settings and run `pulumi up` again.",
  );
}

// A helping call that the API refuses, for instance because the app is starting already, says nothing about the app.
function passed(deps: Deps, error: unknown): undefined {
  if (apiErrorKind(error) === undefined || deps.signal.aborted) throw error;
  return undefined;
}

interface Look {
  done?: boolean;
  dueAt?: number;
  /** The app, when more is known of it by now. */
  app?: App;
  /** The next looks should come soon. */
  hurry?: boolean;
}

interface Watch {
  what: string;
  look(app: App, at: number, waited: number): Promise<Look>;
}

/** What the looks of one wait have brought so far. */
interface Seen {
  app: App;
  at: number;
  /** Looks in a row that did not find the app. */
  misses: number;
  /** Why the last look failed. */
  trouble?: string;
}

async function watch(deps: Deps, { app, poller }: Waiting, { what, look }: Watch): Promise<App> {
  const start = deps.clock.now();
  const seen: Seen = { app, at: start, misses: 0 };
  const waiter = poller.join(app.id);
  let told = start - progressEveryMs;
  try {
    for (;;) {
      const found = await lookOnce(deps, seen, () => poller.look(deps, seen.app, waiter));
      const now = deps.clock.now();
      const { done, dueAt, app: more, hurry } = found ? await look(seen.app, seen.at, now - start) : {};
      seen.app = more ?? seen.app;
      if (done) return seen.app;
      if (hurry) poller.hurry(waiter, now);
      if (now - told >= progressEveryMs) {
        told = now;
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
    : `${line}; if it cannot start, its log tells why: ${dashboardUrlOf(app)}`;
}

function notInTime({ app, trouble }: Seen, reason: unknown): RefusedError {
  const why = reason instanceof Error ? reason.message : "The wait was ended.";
  const last = trouble === undefined || why.includes(trouble) ? "" : ` The last look failed: ${trouble}`;
  const state = isOnline(app) ? "has not stayed online for long enough yet" : "is not online yet";
  return new RefusedError(
    `The app ${app.name ?? ""} (${app.id}) ${state}, its status is ${app.status ?? "unknown"}. ` +
      `If it cannot start, its log tells why: ${dashboardUrlOf(app)} - correct the source and run \`pulumi up\` again. ${why}${last}`,
  );
}

/** Failures of a look that say nothing about the app: the next one may succeed, and the signal bounds them all. */
const passing: readonly unknown[] = ["server", "lost", "unreachable", "protocol", "limited"];
/** The API does not promise that a new app is found at once everywhere. */
const mostMisses = 3;

/** False when the look failed. */
async function lookOnce(
  deps: Deps,
  seen: Seen,
  look: () => Promise<{ app: App; at: number }>,
): Promise<boolean> {
  let found: { app: App; at: number };
  try {
    found = await look();
  } catch (error) {
    if (deps.signal.aborted) throw error;
    const kind = apiErrorKind(error);
    seen.misses = kind === "notFound" ? seen.misses + 1 : 0;
    if (seen.misses >= mostMisses) {
      throw new RefusedError(
        `The app ${seen.app.id} is gone: it was deleted while waiting for it. Run \`pulumi refresh\` and then \`pulumi up\`.`,
      );
    }
    if (kind !== "notFound" && !passing.includes(kind)) throw error;
    seen.trouble = messageOf(error);
    return false;
  }
  if (found.app.status === "suspended") {
    throw new RefusedError(
      `CamposCloud has suspended the app ${seen.app.id}. Look at the plan and at ${dashboardUrlOf(found.app)}, then run \`pulumi up\` again.`,
    );
  }
  seen.misses = 0;
  seen.trouble = undefined;
  seen.app = found.app;
  seen.at = found.at;
  return true;
}
