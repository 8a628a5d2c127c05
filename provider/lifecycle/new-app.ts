/** Brings a new app up, or to rest when it is not to run. */
import { awaitReady, learnAddress } from "./await-ready";
import type { Operation } from "./operation";
import { isOnline, waitUntil } from "./readiness/wait";
import { stop } from "./update-steps";

/** How long an app that should be stopped is given to come up first. */
const startMs = 30_000;

/** From here on the app exists: whatever fails is recorded with its id. */
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

// A new app starts by itself, so one that is stopped before it has come up would come up after all.
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
