/** What each step of an update does: one call at most, apart from looks. */
import type { App } from "../api/app";
import { markerPath } from "../packaging/files/marker";
import { apiErrorKind, maybeApplied, RefusedError } from "./failures";
import type { Operation } from "./operation";
import { markerFile } from "./ownership";
import { powerCall } from "./plan";
import { isOnline, onlineTwice, waitFor } from "./readiness";
import type { Step } from "./state";

/** A crowd of failed paths is not looked at one by one. */
const mostLooksForFailed = 20;
/** How long a stopped app may go on showing as online. */
const stopLagMs = 15_000;

export const runStep: Record<Step, (operation: Operation) => Promise<void>> = {
  settings: sendSettings,
  upload: uploadSource,
  prune: deleteStaleFiles,
  power: settlePower,
  wait: awaitOnline,
};

async function sendSettings(operation: Operation): Promise<void> {
  const { deps, inputs, app } = operation;
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
  operation.learn(answer);
  operation.settingsApplied();
  if (answer.restartRequired === true) operation.restartNeeded = true;
}

async function uploadSource(operation: Operation): Promise<void> {
  const { deps, inputs, app } = operation;
  const archive = await deps.pack(inputs, markerFile(inputs));
  try {
    const paths = archive.files.map((file) => file.path);
    await deps.api.uploadFiles(app.id, archive).catch((error: unknown) => {
      if (maybeApplied(error)) operation.filesUncertain(paths);
      throw error;
    });
    operation.filesUploaded(paths);
  } finally {
    await archive.dispose();
  }
}

// The upload unpacks over what is there, so files that only an earlier deployment had would stay. Files that the app
// wrote itself are none of ours and are kept.
async function deleteStaleFiles(operation: Operation): Promise<void> {
  const { deps, app } = operation;
  const current = new Set(operation.uploadedPaths ?? (await deps.listSource(operation.inputs)));
  const stale = operation.deployedPaths.filter((path) => !current.has(path) && path !== markerPath);
  if (stale.length === 0) return;
  deps.progress(`deleting ${stale.length} stale ${stale.length === 1 ? "file" : "files"}`);
  const failed = await deps.api.deleteFiles(
    app.id,
    stale.map((path) => `/${path}`),
  );
  await refuseIfThere(operation, failed);
  operation.deployedPaths = [...current];
}

async function refuseIfThere(operation: Operation, failed: readonly string[]): Promise<void> {
  for (const path of failed.slice(0, mostLooksForFailed)) {
    if ((await operation.deps.api.fileText(operation.app.id, path)) === undefined) continue;
    throw new RefusedError(
      `The API could not delete ${path} of the previous deployment. Delete it in the dashboard, or run \`pulumi up\` to try again.`,
    );
  }
}

async function settlePower(operation: Operation): Promise<void> {
  const { deps, inputs } = operation;
  if (!operation.powerKnown) operation.learn(await deps.api.getApp(operation.app.id));
  const call = powerCall({
    online: isOnline(operation.app),
    running: inputs.running,
    restartNeeded: operation.restartNeeded,
    revive: operation.revive,
  });
  operation.started = call === "start" || call === "restart";
  if (call === "start") await act(operation, "starting", () => deps.api.startApp(operation.app.id));
  if (call === "restart") await act(operation, "restarting", () => deps.api.restartApp(operation.app.id));
  if (call === "stop") await stop(operation);
  operation.powerApplied();
}

async function act(operation: Operation, doing: string, call: () => Promise<App>): Promise<void> {
  operation.deps.progress(doing);
  operation.learn(await call());
}

/** Stops the app and looks until it shows as stopped, for a bounded time: the flag lags behind the action. */
export async function stop(operation: Operation): Promise<void> {
  await act(operation, "stopping", () => operation.deps.api.stopApp(operation.app.id));
  if (!isOnline(operation.app)) return;
  const until = (app: App) => !isOnline(app);
  const { app, poller } = operation;
  operation.learn(
    await waitFor(operation.deps, {
      app,
      poller,
      until,
      atMostMs: stopLagMs,
      what: "until the app is stopped",
    }),
  );
}

async function awaitOnline(operation: Operation): Promise<void> {
  const { inputs, app, poller } = operation;
  if (inputs.running === false || !inputs.waitForOnline || !operation.started) return;
  operation.learn(await waitFor(operation.deps, { app, poller, until: onlineTwice() }));
  operation.deps.progress("online");
}

/**
 * Only the answers to start, stop and restart declare the sub-domain, so a web app that runs without a known address
 * is started once more. That it was not possible is no failure: the address is only not known yet.
 */
export async function learnAddress(operation: Operation): Promise<void> {
  const { app, inputs, deps } = operation;
  const named = app.assignedSubdomain !== undefined || app.assignedCustomDomain !== undefined;
  if (named || !inputs.exposedViaWeb || !isOnline(app)) return;
  try {
    operation.learn(keepOnline(await deps.api.startApp(app.id), app));
  } catch (error) {
    if (apiErrorKind(error) === undefined || deps.signal.aborted) throw error;
    deps.progress("the API did not tell the app's address");
  }
}

// The flag lags behind an action, so the answer to a needless start may call a running app offline.
function keepOnline(answer: App, before: App): App {
  return isOnline(answer) ? answer : { ...answer, currentResourceMetrics: before.currentResourceMetrics };
}
