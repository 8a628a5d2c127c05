/** A run is the time between two starts of an app; derives its start and its end from metrics. */
import type { App } from "../../api/app";

/** One sample of an app, with its time in milliseconds since the epoch. */
export interface Sample {
  app: App;
  at: number;
}

/** One uninterrupted run of the app, as observed. */
export interface Run {
  /** When the app came online. */
  since: number;
  /** It may be the run before the restart: `online` lags behind the action. */
  provisional: boolean;
  samples: number;
  /** Samples in which the app's uptime was shorter than ours. */
  doubts: number;
  lastAt: number;
  last: App;
  /** The first `startedAt` and container that were observed. */
  startedAt?: number;
  containerId?: string;
  /** When the first sample was measured, on the API's clock. */
  measuredAt?: string;
}

/** `uptime` is in whole seconds, and a response takes some time. */
export const toleranceMs = 1000;
export const growthToleranceMs = 2500;

export function restarted(run: Run, { app, at }: Sample): boolean {
  const startedAt = startedAtOf(app);
  if (startedAt !== undefined && run.startedAt !== undefined && startedAt - run.startedAt > toleranceMs)
    return true;
  if (app.containerId !== undefined && run.containerId !== undefined && app.containerId !== run.containerId)
    return true;
  const [now, then] = [app.currentResourceMetrics, run.last.currentResourceMetrics];
  if (now?.uptime === undefined || then?.uptime === undefined) return false;
  if (now.uptime < then.uptime) return true;
  // If the counter grew by less than the time between two measurements, it was reset in between.
  const between = millisecondsBetween(then.timestamp, now.timestamp);
  return (
    now.uptime > then.uptime &&
    between !== undefined &&
    (now.uptime - then.uptime) * 1000 + growthToleranceMs < Math.min(between, at - run.lastAt)
  );
}

/** Whether the app's uptime is shorter than the run that we observed. */
export function younger(run: Run, { app, at }: Sample): boolean {
  const { uptime, timestamp } = app.currentResourceMetrics ?? {};
  if (uptime === undefined || timestamp === undefined) return false;
  return uptime * 1000 + growthToleranceMs < at - run.since;
}

/**
 * Whether the uptime is shorter than the time between the first and the last measurement. Then the app restarts too fast for the
 * counter to show it, or the counter does not work.
 */
export function uptimeStandsStill({ measuredAt, last }: Run): boolean {
  const { uptime, timestamp } = last.currentResourceMetrics ?? {};
  const between = millisecondsBetween(measuredAt, timestamp);
  return uptime !== undefined && between !== undefined && uptime * 1000 + growthToleranceMs < between;
}

/** Certain only if the API tells when the app was started. */
export function isSameRun(before: App, after: App): boolean {
  const startedAt = startedAtOf(before);
  return (
    startedAt !== undefined &&
    startedAt === startedAtOf(after) &&
    after.currentResourceMetrics?.online === true
  );
}

/** The start of the run according to the app's uptime, on our clock. */
export function startOf({ app, at }: Sample): number | undefined {
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
