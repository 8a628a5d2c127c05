/** Asks until an app is online, and shares one listing among all the apps that wait at the same time. */
import type { App } from "../api/app";
import { mergeApps } from "../api/app";
import { allApps } from "../api/listing";
import { formatDuration } from "../clock";
import type { Deps } from "./deps";
import { apiErrorKind, messageOf, RefusedError } from "./failures";

const firstPauseMs = 1000;
const longestPauseMs = 5000;
/** The CLI prints every progress line when it is not interactive, so they come seldom. */
const progressEveryMs = 15_000;
/** A listing serves all who ask within this time. */
const listingFreshMs = 900;

type Listing = { at: number; apps: Promise<Map<string, App>> };

/** The apps of one account that wait at present. */
export class AppPoller {
  private readonly waiting = new Set<string>();
  private readonly listings = new Map<string, Listing>();

  join(id: string): () => void {
    this.waiting.add(id);
    return () => this.waiting.delete(id);
  }

  /** One look at an app: by itself when it waits alone, else in a listing shared with the others. */
  async look(deps: Deps, app: App): Promise<App> {
    if (this.waiting.size < 2) return deps.api.getApp(app.id);
    const listed = await this.listing(deps, app.teamId).catch(() => undefined);
    return listed?.get(app.id) ?? deps.api.getApp(app.id);
  }

  private listing(deps: Deps, teamId: string | undefined): Promise<Map<string, App>> {
    const key = teamId ?? "";
    const present = this.listings.get(key);
    if (present && deps.clock.now() - present.at < listingFreshMs) return present.apps;
    const apps = allApps(deps.api, teamId).then((list) => new Map(list.map((app) => [app.id, app])));
    this.listings.set(key, { at: deps.clock.now(), apps });
    return apps;
  }
}

export interface WaitOptions {
  app: App;
  poller: AppPoller;
  /** Called once when the app is still offline after this time, to give it a push. */
  nudge?: { afterMs: number; call: () => Promise<App> };
  /** Give up quietly after this time and answer the last look. */
  atMostMs?: number;
  /** Default: until it is online. */
  until?: (app: App) => boolean;
  what?: string;
}

export function isOnline(app: App): boolean {
  return app.currentResourceMetrics?.online === true;
}

/** For a restart: the flag lags behind, so one look may still show the run before it. Two in a row have to agree. */
export function onlineTwice(): (app: App) => boolean {
  let looks = 0;
  return (app) => {
    looks = isOnline(app) ? looks + 1 : 0;
    return looks === 2;
  };
}

/** Answers the app, with all that the looks told of it. Throws when it is suspended, gone, or the signal ends the wait. */
export async function waitFor(deps: Deps, options: WaitOptions): Promise<App> {
  const leave = options.poller.join(options.app.id);
  const seen: Seen = { app: options.app, misses: 0 };
  try {
    return await poll(deps, options, seen);
  } catch (error) {
    throw deps.signal.aborted ? notInTime(seen, deps.signal.reason) : error;
  } finally {
    leave();
  }
}

/** What the looks of one wait have brought so far. */
interface Seen {
  app: App;
  /** Looks in a row that did not find the app. */
  misses: number;
  /** Why the last look failed. */
  trouble?: string;
}

function notInTime({ app, trouble }: Seen, reason: unknown): RefusedError {
  const { id, name, status } = app;
  const why = reason instanceof Error ? reason.message : "the wait was ended";
  const last = trouble === undefined ? "" : `The last look failed: ${trouble} `;
  return new RefusedError(
    `The app ${name ?? ""} (${id}) is not online yet, its status is ${status ?? "unknown"}. ${why} ${last}` +
      "If its log in the dashboard shows that it cannot start, correct the source; then run `pulumi up` again.",
  );
}

async function poll(deps: Deps, options: WaitOptions, seen: Seen): Promise<App> {
  const { until = isOnline, what = "until the app is online" } = options;
  const start = deps.clock.now();
  let app = options.app;
  let { nudge } = options;
  let told = start - progressEveryMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    seen.app = app;
    await lookOnce(deps, options.poller, seen);
    app = seen.app;
    const waited = deps.clock.now() - start;
    if (until(app) || (options.atMostMs !== undefined && waited >= options.atMostMs)) return app;
    if (nudge && waited >= nudge.afterMs && app.status !== "creating") {
      app = mergeApps(app, await nudge.call());
      nudge = undefined;
    }
    if (deps.clock.now() - told >= progressEveryMs) {
      told = deps.clock.now();
      deps.progress(waited < 1000 ? `waiting ${what}` : `waiting ${what} (${formatDuration(waited)})`);
    }
    await deps.clock.sleep(pause, deps.signal);
  }
}

/** Failures of a look that say nothing about the app: the next one may succeed, and the signal bounds them all. */
const passing: readonly unknown[] = ["server", "lost", "unreachable", "protocol", "limited"];
/** The API does not promise that a new app is found at once everywhere. */
const mostMisses = 3;

async function lookOnce(deps: Deps, poller: AppPoller, seen: Seen): Promise<void> {
  let found: App;
  try {
    found = await poller.look(deps, seen.app);
  } catch (error) {
    const kind = apiErrorKind(error);
    seen.misses = kind === "notFound" ? seen.misses + 1 : 0;
    if (seen.misses >= mostMisses) {
      throw new RefusedError(
        `The app ${seen.app.id} is gone: it was deleted while waiting for it. Run \`pulumi refresh\` and then \`pulumi up\`.`,
      );
    }
    if (kind !== "notFound" && !passing.includes(kind)) throw error;
    seen.trouble = messageOf(error);
    return;
  }
  if (found.status === "suspended") {
    throw new RefusedError(
      `CamposCloud has suspended the app ${seen.app.id}. Look at the plan and the app's page in the dashboard, then run \`pulumi up\` again.`,
    );
  }
  seen.misses = 0;
  seen.trouble = undefined;
  seen.app = mergeApps(seen.app, found);
}
