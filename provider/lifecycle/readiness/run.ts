/** One uninterrupted life of an app, and what measurements tell of its beginning and its end. */
import type { App } from "../../api/app";

/** One look at an app, and when it was taken, in milliseconds. */
export interface Look {
  app: App;
  at: number;
}

/** One uninterrupted life of the app, as far as looks can tell. */
export interface Run {
  /** From when on the app counts as online. */
  since: number;
  /** It may be the run before the restart: the flag lags behind the action. */
  provisional: boolean;
  looks: number;
  /** Looks at which the app's own uptime disagreed with ours. */
  doubts: number;
  lastAt: number;
  last: App;
  /** The first `startedAt` and container that were seen. */
  startedAt?: number;
  containerId?: string;
}

/** `uptime` has whole seconds, and an answer takes some time. */
export const toleranceMs = 1000;
export const growthToleranceMs = 2500;

export function restarted(run: Run, { app, at }: Look): boolean {
  const startedAt = startedAtOf(app);
  if (startedAt !== undefined && run.startedAt !== undefined && startedAt - run.startedAt > toleranceMs)
    return true;
  if (app.containerId !== undefined && run.containerId !== undefined && app.containerId !== run.containerId)
    return true;
  const [now, then] = [app.currentResourceMetrics, run.last.currentResourceMetrics];
  if (now?.uptime === undefined || then?.uptime === undefined) return false;
  if (now.uptime < then.uptime) return true;
  // A counter that has moved, but by less than the time between two measurements, has begun anew in between.
  const between = millisecondsBetween(then.timestamp, now.timestamp);
  return (
    now.uptime > then.uptime &&
    between !== undefined &&
    (now.uptime - then.uptime) * 1000 + growthToleranceMs < Math.min(between, at - run.lastAt)
  );
}

/** The app's own counter says that it has run for less than we believe. */
export function younger(run: Run, { app, at }: Look): boolean {
  const { uptime, timestamp } = app.currentResourceMetrics ?? {};
  if (uptime === undefined || timestamp === undefined) return false;
  return uptime * 1000 + growthToleranceMs < at - run.since;
}

/** When the run began by the app's own counter, on our clock. */
export function startOf({ app, at }: Look): number | undefined {
  const { uptime, timestamp } = app.currentResourceMetrics ?? {};
  if (uptime !== undefined) return at - uptime * 1000;
  const ran = millisecondsBetween(app.currentResourceMetrics?.startedAt, timestamp);
  return ran === undefined || ran < 0 ? undefined : at - ran;
}

export function startedAtOf(app: App): number | undefined {
  const at = Date.parse(app.currentResourceMetrics?.startedAt ?? "");
  return Number.isNaN(at) ? undefined : at;
}

function millisecondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  const ms = Date.parse(to ?? "") - Date.parse(from ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}
