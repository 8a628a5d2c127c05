/** The last part of a create or an update: waits until the app stays online, learns its address, and checks its health. */
import type { App } from "../api/app";
import { apiErrorKind } from "./failures";
import type { Operation } from "./operation";
import { defaultMinReadySeconds } from "./properties";
import { checkHealth } from "./readiness/health-check";
import { isSameRun } from "./readiness/run";
import { waitUntilReady } from "./readiness/wait";

/** Does nothing for an app that neither this operation nor an unfinished earlier one started. */
export async function awaitReady(operation: Operation): Promise<void> {
  const { inputs, poller, deps, action } = operation;
  if (inputs.running === false || !inputs.waitForOnline || !operation.mustRun) return;
  const ready = await waitUntilReady(deps, {
    app: operation.app,
    poller,
    minReadyMs: (inputs.minReadySeconds ?? defaultMinReadySeconds) * 1000,
    action: action?.kind ?? "none",
    actedAt: action?.at ?? deps.clock.now(),
    before: action?.before,
    // An app that is still offline then may have been left stopped, or may have exited between two polls.
    startAgain: () => deps.api.startApp(operation.app.id),
  });
  operation.learn(ready.app);
  operation.readyByStatus = ready.app.currentResourceMetrics === undefined;
  await learnAddress(operation);
  const { app, mayRestartSince } = operation;
  await checkHealth(deps, { ...ready, app, mayRestartSince }, inputs);
  deps.progress("online");
}

/**
 * Only the responses to start, stop and restart contain the subdomain, so `start` is sent to a running web app whose
 * address is unknown. If that fails, the address stays unknown, which is not an error.
 */
export async function learnAddress(operation: Operation): Promise<void> {
  const { app, inputs, deps } = operation;
  const named = app.assignedSubdomain !== undefined || app.assignedCustomDomain !== undefined;
  if (named || operation.addressAsked || !inputs.exposedViaWeb || !operation.online) return;
  operation.addressAsked = true;
  operation.mayRestartSince = deps.clock.now();
  try {
    const response = await deps.api.startApp(app.id);
    if (isSameRun(app, response)) operation.mayRestartSince = undefined;
    operation.learn(keepMetrics(response, app));
  } catch (error) {
    if (apiErrorKind(error) === undefined || deps.signal.aborted) throw error;
    deps.progress("the API did not return the app's address");
  }
}

// `online` lags behind an action, so the response to this start may show a running app as offline.
function keepMetrics(response: App, before: App): App {
  return { ...response, currentResourceMetrics: before.currentResourceMetrics };
}
