/** Waits for a new app, or stops it if it should not run. */
import { awaitReady, learnAddress } from "./await-ready";
import type { Operation } from "./operation";
import { isOnline, waitUntil } from "./readiness/wait";
import { stop } from "./update-steps";

/** How long to wait for an app to start before it is stopped. */
const startMs = 30_000;

/** The app exists from here on: every failure is recorded with its id. */
export async function bringUp(operation: Operation): Promise<void> {
  const { deps, inputs } = operation;
  try {
    if (inputs.running === false) await stopNewApp(operation);
    else await awaitReady(operation);
    await learnAddress(operation);
  } catch (error) {
    throw operation.incomplete(error, inputs.running === false ? ["power"] : ["wait"]);
  }
  if (!operation.online) deps.progress("created");
}

// A new app starts by itself: if it were stopped before it has started, it would start afterwards.
async function stopNewApp(operation: Operation): Promise<void> {
  const { deps, app, poller } = operation;
  operation.learn(
    await waitUntil(deps, {
      app,
      poller,
      until: isOnline,
      atMostMs: startMs,
      what: "to stop the app once it has started",
    }),
  );
  await stop(operation);
}
