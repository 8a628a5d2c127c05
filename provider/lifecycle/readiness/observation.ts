/**
 * Decides from samples of an app whether it is ready: online, and online for long enough without a restart.
 * Pure: the time of each sample is a parameter.
 */
import type { App } from "../../api/app";
import {
  growthToleranceMs,
  type Run,
  restarted,
  type Sample,
  startedAtOf,
  startOf,
  toleranceMs,
  uptimeStandsStill,
  younger,
} from "./run";

/** How the app was started; `none`: it was already running. */
export interface Expectation {
  /** How long the app must stay online, in milliseconds. */
  minReadyMs: number;
  action: "create" | "start" | "restart" | "none";
  /** When that request was sent, or when the wait began. */
  actedAt: number;
  /** The app as known before a restart. */
  before?: App;
}

export type Standing =
  /** `dueAt`: when the next sample may decide, if known. */
  | { kind: "waiting"; dueAt?: number }
  | { kind: "ready"; warning?: string }
  /** The reason completes the sentence "The app …". */
  | { kind: "failed"; reason: string };

export interface Observation {
  readonly standing: Standing;
  /** The time of the first sample. */
  readonly firstAt?: number;
  /** No sample has contained metrics yet. */
  readonly unmeasured: boolean;
  /** The last time at which the app was certainly not online. */
  readonly downAt: number;
  readonly run?: Readonly<Run>;
  /** The app was seen offline, so the run before a restart has ended. */
  readonly downSeen: boolean;
  /** Start times of runs that ended before they were seen online. */
  readonly shortRuns: readonly string[];
}

/** Without metrics, the status is used after this time. */
const unmeasuredMs = 20_000;
/** How long the API may keep showing the run before a restart. */
const lagMs = 15_000;
const maxDoubts = 3;
const endedStatus = /^(exited|crashed|dead|failed|error|errored|terminated)$/i;

export function unobserved(expectation: Expectation): Observation {
  return {
    standing: { kind: "waiting" },
    unmeasured: true,
    downAt: expectation.actedAt,
    downSeen: false,
    shortRuns: [],
  };
}

/** Adds one sample. */
export function observe(before: Observation, expectation: Expectation, sample: Sample): Observation {
  const seen = { ...before, firstAt: before.firstAt ?? sample.at };
  const online = sample.app.currentResourceMetrics?.online;
  if (sample.app.status !== undefined && endedStatus.test(sample.app.status) && online !== true) {
    return ended(seen, sample, `ended: its status is ${sample.app.status}`);
  }
  if (sample.app.currentResourceMetrics === undefined) return withoutMeasurement(seen, expectation, sample);
  if (online !== true) return offline({ ...seen, unmeasured: false }, sample);
  return runsOn({ ...seen, unmeasured: false }, expectation, sample);
}

function withoutMeasurement(
  seen: Observation & { firstAt: number },
  { minReadyMs }: Expectation,
  { app, at }: Sample,
): Observation {
  const dueAt = seen.firstAt + Math.max(unmeasuredMs, minReadyMs);
  if (!seen.unmeasured || app.status !== "active" || at < dueAt) {
    return { ...seen, standing: { kind: "waiting" } };
  }
  const warning =
    'The API returns no metrics for this app, so its status "active" counts as online. Check its log to be sure';
  return { ...seen, standing: { kind: "ready", warning } };
}

function offline(seen: Observation, sample: Sample): Observation {
  const { run } = seen;
  if (run && !run.provisional) {
    return ended(
      seen,
      sample,
      `did not stay online: it ended about ${lived(run, (run.lastAt + sample.at) / 2)} after it came online and has restarted 0 times`,
    );
  }
  const runId = runIdOf(sample.app);
  const isNew = runId !== undefined && seen.shortRuns.at(-1) !== runId;
  const shortRuns = isNew ? [...seen.shortRuns, runId] : seen.shortRuns;
  if (shortRuns.length > 2) {
    return ended(
      seen,
      sample,
      `keeps ending before it is online: it has restarted ${shortRuns.length - 1} times`,
    );
  }
  return {
    ...seen,
    standing: { kind: "waiting" },
    run: undefined,
    downAt: sample.at,
    downSeen: true,
    shortRuns,
  };
}

/** Identifies a run of an app that is offline; undefined if the response does not contain its start time. */
function runIdOf(app: App): string | undefined {
  const startedAt = app.currentResourceMetrics?.startedAt;
  return startedAt === undefined ? undefined : `${startedAt}`;
}

function runsOn(seen: Observation, expectation: Expectation, sample: Sample): Observation {
  const { run } = seen;
  if (!run) return settled(seen, expectation, newRun(seen, expectation, sample));
  if (!restarted(run, sample)) {
    const doubts = run.doubts + (younger(run, sample) ? 1 : 0);
    const next = { ...run, samples: run.samples + 1, doubts, lastAt: sample.at, last: sample.app };
    return settled(seen, expectation, next);
  }
  if (run.provisional) {
    return settled(seen, expectation, { ...newRun(seen, expectation, sample), provisional: false });
  }
  const reason = `did not stay online: it ended about ${lived(run, startOf(sample) ?? sample.at)} after it came online and has restarted 1 time`;
  return ended(seen, sample, reason);
}

function newRun(seen: Observation, expectation: Expectation, { app, at }: Sample): Run {
  const start = startOf({ app, at });
  // An uptime that reaches back before the action belongs to an earlier run.
  const credible = start !== undefined && start >= expectation.actedAt - 2 * toleranceMs;
  const since = expectation.action === "none" || !credible ? at : Math.max(start, seen.downAt);
  return {
    since,
    provisional: expectation.action === "restart" && !seen.downSeen && !isNewRun(expectation, { app, at }),
    samples: 1,
    doubts: 0,
    lastAt: at,
    last: app,
    startedAt: startedAtOf(app),
    containerId: app.containerId,
    measuredAt: app.currentResourceMetrics?.timestamp,
  };
}

function settled(seen: Observation, expectation: Expectation, run: Run): Observation {
  const at = run.lastAt;
  const dueAt = run.since + expectation.minReadyMs;
  const waiting: Observation = { ...seen, run, standing: { kind: "waiting", dueAt: Math.max(dueAt, at) } };
  if (at < dueAt) return waiting;
  // A run that may be the previous one needs two samples, and no evidence that it is the previous one.
  if (run.provisional && (run.samples < 2 || isOldRun(expectation, { app: run.last, at }))) {
    return { ...waiting, standing: { kind: "waiting" } };
  }
  if (younger(run, { app: run.last, at }) && run.doubts < maxDoubts) {
    return { ...waiting, standing: { kind: "waiting" } };
  }
  const warning = uptimeStandsStill(run)
    ? "The API's uptime of this app does not grow: it may restart again and again. Check its log to be sure"
    : undefined;
  return { ...seen, run, standing: { kind: "ready", warning } };
}

function ended(seen: Observation, { at }: { at: number }, reason: string): Observation {
  return { ...seen, run: undefined, downAt: at, standing: { kind: "failed", reason } };
}

function isNewRun({ actedAt, before }: Expectation, { app, at }: Sample): boolean {
  const startedAt = startedAtOf(app);
  const old = before && startedAtOf(before);
  if (startedAt !== undefined && old !== undefined) return startedAt - old > toleranceMs;
  if (
    before?.containerId !== undefined &&
    app.containerId !== undefined &&
    before.containerId !== app.containerId
  ) {
    return true;
  }
  const start = startOf({ app, at });
  return start !== undefined && start >= actedAt;
}

function isOldRun({ actedAt, before }: Expectation, { app, at }: Sample): boolean {
  if (at - actedAt >= lagMs) return false;
  const startedAt = startedAtOf(app);
  const old = before && startedAtOf(before);
  if (startedAt !== undefined && old !== undefined) return startedAt - old <= toleranceMs;
  const start = startOf({ app, at });
  return start !== undefined && start < actedAt - growthToleranceMs;
}

function lived(run: Run, until: number): string {
  return `${Math.max(0, Math.round((until - run.since) / 1000))} s`;
}
