/** What each step of an update does: one call at most, apart from looks. */
import type { App } from "../api/app";
import { apiErrorKind, maybeApplied, Refused } from "./failures";
import type { Work } from "./operation";
import { markerFile, markerPath } from "./ownership";
import { powerCall } from "./plan";
import { isOnline, onlineTwice, waitFor } from "./readiness";
import type { Step } from "./state";

/** A crowd of failed paths is not looked at one by one. */
const mostLooksForFailed = 20;
/** How long a stopped app may go on showing as online. */
const stopLagMs = 15_000;

export const runStep: Record<Step, (work: Work) => Promise<void>> = {
  settings: sendSettings,
  upload: uploadSource,
  prune: deleteStaleFiles,
  power: settlePower,
  wait: awaitOnline,
};

async function sendSettings(work: Work): Promise<void> {
  const { deps, inputs, app } = work;
  deps.progress("updating settings");
  const answer = await deps.api.updateApp(app.id, {
    appName: inputs.appName,
    memoryMB: inputs.memoryMB,
    runtimeEnvironment: inputs.runtimeEnvironment,
    exposedViaWeb: inputs.exposedViaWeb,
    autoRestartEnabled: inputs.autoRestartEnabled,
    // The specification requires the field; without a wish of the user the present value is sent back.
    startupCommand: inputs.startupCommand ?? app.startupCommand,
    environmentVariables: inputs.environmentVariables,
  });
  work.learn(answer);
  work.settingsApplied();
  if (answer.restartRequired === true) work.restartNeeded = true;
}

async function uploadSource(work: Work): Promise<void> {
  const { deps, inputs, app } = work;
  const archive = await deps.pack(inputs, markerFile(inputs));
  try {
    const paths = archive.files.map((file) => file.path);
    await deps.api.uploadFiles(app.id, archive).catch((error: unknown) => {
      if (maybeApplied(error)) work.filesUncertain(paths);
      throw error;
    });
    work.filesUploaded(paths);
  } finally {
    await archive.dispose();
  }
}

// The upload unpacks over what is there, so files that only an earlier deployment had would stay. Files that the app
// wrote itself are none of ours and are kept.
async function deleteStaleFiles(work: Work): Promise<void> {
  const { deps, app } = work;
  const current = new Set(work.uploadedPaths ?? (await deps.listSource(work.inputs)));
  const stale = work.deployedPaths.filter((path) => !current.has(path) && path !== markerPath);
  if (stale.length === 0) return;
  deps.progress(`deleting ${stale.length} stale ${stale.length === 1 ? "file" : "files"}`);
  const failed = await deps.api.deleteFiles(
    app.id,
    stale.map((path) => `/${path}`),
  );
  await refuseIfThere(work, failed);
  work.deployedPaths = [...current];
}

async function refuseIfThere(work: Work, failed: readonly string[]): Promise<void> {
  for (const path of failed.slice(0, mostLooksForFailed)) {
    if ((await work.deps.api.fileText(work.app.id, path)) === undefined) continue;
    throw new Refused(
      `The API could not delete ${path} of the previous deployment. Delete it in the dashboard, or run \`pulumi up\` to try again.`,
    );
  }
}

async function settlePower(work: Work): Promise<void> {
  const { deps, inputs } = work;
  if (!work.powerKnown) work.learn(await deps.api.getApp(work.app.id));
  const call = powerCall({
    online: isOnline(work.app),
    running: inputs.running,
    restartNeeded: work.restartNeeded,
    revive: work.revive,
  });
  work.started = call === "start" || call === "restart";
  if (call === "start") await act(work, "starting", () => deps.api.startApp(work.app.id));
  if (call === "restart") await act(work, "restarting", () => deps.api.restartApp(work.app.id));
  if (call === "stop") await stop(work);
  work.powerApplied();
}

async function act(work: Work, doing: string, call: () => Promise<App>): Promise<void> {
  work.deps.progress(doing);
  work.learn(await call());
}

/** Stops the app and looks until it shows as stopped, for a bounded time: the flag lags behind the action. */
export async function stop(work: Work): Promise<void> {
  await act(work, "stopping", () => work.deps.api.stopApp(work.app.id));
  if (!isOnline(work.app)) return;
  const until = (app: App) => !isOnline(app);
  const { app, roster } = work;
  work.learn(
    await waitFor(work.deps, { app, roster, until, atMostMs: stopLagMs, what: "until the app is stopped" }),
  );
}

async function awaitOnline(work: Work): Promise<void> {
  const { inputs, app, roster } = work;
  if (inputs.running === false || !inputs.waitForOnline || !work.started) return;
  work.learn(await waitFor(work.deps, { app, roster, until: onlineTwice() }));
  work.deps.progress("online");
}

/**
 * Only the answers to start, stop and restart declare the sub-domain, so a web app that runs without a known address
 * is started once more. That it was not possible is no failure: the address is only not known yet.
 */
export async function learnAddress(work: Work): Promise<void> {
  const { app, inputs, deps } = work;
  const named = app.assignedSubdomain !== undefined || app.assignedCustomDomain !== undefined;
  if (named || !inputs.exposedViaWeb || !isOnline(app)) return;
  try {
    work.learn(keepOnline(await deps.api.startApp(app.id), app));
  } catch (error) {
    if (apiErrorKind(error) === undefined || deps.signal.aborted) throw error;
    deps.progress("the API did not tell the app's address");
  }
}

// The flag lags behind an action, so the answer to a needless start may call a running app offline.
function keepOnline(answer: App, before: App): App {
  return isOnline(answer) ? answer : { ...answer, currentResourceMetrics: before.currentResourceMetrics };
}
