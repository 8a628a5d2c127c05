/** The last part of a create or an update: the app runs and stays up, its address is known, and it answers. */
import type { App } from "../api/app";
import { apiErrorKind } from "./failures";
import type { Operation } from "./operation";
import { defaultMinReadySeconds } from "./properties";
import { checkHealth } from "./readiness/health-check";
import { waitUntilReady } from "./readiness/wait";

/** Does nothing for an app that this operation did not bring up. */
export async function awaitReady(operation: Operation): Promise<void> {
  const { inputs, app, poller, deps, action } = operation;
  if (inputs.running === false || !inputs.waitForOnline || !operation.mustRun) return;
  const ready = await waitUntilReady(deps, {
    app,
    poller,
    minReadyMs: (inputs.minReadySeconds ?? defaultMinReadySeconds) * 1000,
    action: action?.kind ?? "none",
    actedAt: action?.at ?? deps.clock.now(),
    before: action?.before,
    // An app that is still offline by then was perhaps left stopped, or has ended before a look could see it.
    nudge: () => deps.api.startApp(app.id),
  });
  operation.learn(ready);
  operation.readyByStatus = ready.currentResourceMetrics === undefined;
  await learnAddress(operation);
  await checkHealth(deps, operation.app, inputs);
  deps.progress("online");
}

/**
 * Only the answers to start, stop and restart declare the sub-domain, so a web app that runs without a known address
 * is started once more. That it was not possible is no failure: the address is only not known yet.
 */
export async function learnAddress(operation: Operation): Promise<void> {
  const { app, inputs, deps } = operation;
  const named = app.assignedSubdomain !== undefined || app.assignedCustomDomain !== undefined;
  if (named || !inputs.exposedViaWeb || !operation.online) return;
  try {
    operation.learn(keepMetrics(await deps.api.startApp(app.id), app));
  } catch (error) {
    if (apiErrorKind(error) === undefined || deps.signal.aborted) throw error;
    deps.progress("the API did not tell the app's address");
  }
}

// The flag lags behind an action, so the answer to a needless start may call a running app offline.
function keepMetrics(answer: App, before: App): App {
  return { ...answer, currentResourceMetrics: before.currentResourceMetrics };
}
