/** The steps of an update. Each changes the app with one call at most. */
import type { App } from "../api/app";
import { markerPath } from "../packaging/files/marker";
import { awaitReady } from "./await-ready";
import { packChecked } from "./checked-source";
import { maybeApplied, RefusedError } from "./failures";
import { removeMarker } from "./marker";
import type { Operation } from "./operation";
import { powerCall } from "./plan";
import { isOnline, waitUntil } from "./readiness/wait";
import { type Step, settingsOf } from "./state";

/** Maximum number of existence checks after a deletion that failed for some paths. */
const maxExistenceChecks = 20;
/** How long the API may show a stopped app as online. */
const stopLagMs = 15_000;

export const runStep: Record<Step, (operation: Operation) => Promise<void>> = {
  marker: ({ deps, app }) => removeMarker(deps.api, app.id),
  settings: sendSettings,
  upload: uploadSource,
  prune: deleteStaleFiles,
  power: applyPower,
  wait: awaitReady,
};

async function sendSettings(operation: Operation): Promise<void> {
  const { deps, inputs, app } = operation;
  deps.progress("updating settings");
  const startupCommand = inputs.startupCommand ?? currentCommand(operation);
  const response = await deps.api.updateApp(app.id, { ...settingsOf(inputs), startupCommand });
  operation.learn(response);
  operation.settingsApplied();
  if (response.restartRequired === true) operation.restartNeeded = true;
}

// The specification requires the field, so the current value is sent if none is given. The command of another runtime would
// not work: without the field, the API derives a new one.
function currentCommand({ app, inputs }: Operation): string | undefined {
  return inputs.runtimeEnvironment === app.runtimeEnvironment ? app.startupCommand : undefined;
}

async function uploadSource(operation: Operation): Promise<void> {
  const { deps, inputs, app } = operation;
  const archive = await packChecked(deps, inputs, operation.marker);
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

// An upload is unpacked over the existing files, so files that only an earlier deployment had would stay. Files that the app
// itself created are kept.
async function deleteStaleFiles(operation: Operation): Promise<void> {
  const { deps, app } = operation;
  const current = new Set(operation.uploadedPaths ?? (await deps.listSource(operation.inputs)));
  const stale = operation.deployedPaths.filter((path) => !current.has(path));
  if (operation.legacyMarker) stale.push(markerPath);
  if (stale.length === 0) return;
  deps.progress(`deleting ${stale.length} stale ${stale.length === 1 ? "file" : "files"}`);
  const failed = await deps.api.deleteFiles(
    app.id,
    stale.map((path) => `/${path}`),
  );
  await refuseIfPresent(operation, failed);
  operation.deployedPaths = [...current];
  operation.legacyMarker = false;
}

async function refuseIfPresent(operation: Operation, failed: readonly string[]): Promise<void> {
  for (const path of failed.slice(0, maxExistenceChecks)) {
    if ((await operation.deps.api.fileText(operation.app.id, path)) === undefined) continue;
    throw new RefusedError(
      `The API could not delete ${path} of the previous deployment. Delete it in the dashboard, or run \`pulumi up\` to try again.`,
    );
  }
}

async function applyPower(operation: Operation): Promise<void> {
  const { deps, inputs } = operation;
  if (!operation.powerKnown) operation.learn(await deps.api.getApp(operation.app.id));
  const before = operation.app;
  const call = powerCall({
    online: isRunning(before),
    running: inputs.running,
    restartNeeded: operation.restartNeeded,
    revive: operation.revive,
  });
  if (call === "start" || call === "restart") operation.action = { kind: call, at: deps.clock.now(), before };
  if (call === "start") await act(operation, "starting", () => deps.api.startApp(operation.app.id));
  if (call === "restart") await act(operation, "restarting", () => deps.api.restartApp(operation.app.id));
  if (call === "stop") await stop(operation);
  operation.powerApplied();
}

// Without metrics, only the status is known.
function isRunning({ currentResourceMetrics: metrics, status }: App): boolean {
  return metrics === undefined ? status === "active" : metrics.online === true;
}

async function act(operation: Operation, doing: string, call: () => Promise<App>): Promise<void> {
  operation.deps.progress(doing);
  operation.learn(await call());
}

/** Stops the app and polls until it is offline, for a limited time: `online` lags behind the action. */
export async function stop(operation: Operation): Promise<void> {
  await act(operation, "stopping", () => operation.deps.api.stopApp(operation.app.id));
  if (!isOnline(operation.app)) return;
  const until = (app: App) => !isOnline(app);
  const { app, poller } = operation;
  operation.learn(
    await waitUntil(operation.deps, {
      app,
      poller,
      until,
      atMostMs: stopLagMs,
      what: "until the app is stopped",
    }),
  );
}
