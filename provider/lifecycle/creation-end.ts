/** The end of a creation, successful or not: the marker is removed before the engine learns the app's id. */
import type { Created, CreateOptions } from "./create";
import type { Deps } from "./deps";
import { IncompleteError } from "./failures";
import { markerFile, removeMarker } from "./marker";
import type { Operation } from "./operation";

/** How long the port of a killed engine may still accept connections. */
const dyingMs = 100;

/** Runs the last part of a creation. If the marker cannot be removed, the creation succeeds and the next update removes it. */
export async function endCreation(
  { replacement }: CreateOptions,
  operation: Operation,
  run: () => Promise<void>,
): Promise<Created> {
  const failure: unknown = await run().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (operation.markerLeft) await settleMarker(operation, replacement);
  if (failure instanceof IncompleteError) {
    throw operation.markerLeft ? failure : failure.without("marker");
  }
  if (failure !== undefined) throw failure;
  return { id: operation.app.id, state: operation.finished() };
}

// Without the engine the app is recorded in no state, so the marker must stay for the next run to find the app.
async function settleMarker(operation: Operation, replacement: boolean): Promise<void> {
  const { deps, app, inputs } = operation;
  if (await deps.engineGone()) return;
  operation.markerLeft = !(await removed(deps, app.id));
  if (operation.markerLeft) return;
  await deps.clock.sleep(dyingMs);
  if (!(await deps.engineGone())) return;
  await putBack(deps, app.id, markerFile(inputs, replacement));
}

/** Ctrl-C and the deadline abort the operation's requests; this one gets a short extension. */
async function removed(deps: Deps, id: string): Promise<boolean> {
  for (const api of [() => deps.api, () => deps.graceApi()]) {
    try {
      await removeMarker(api(), id);
      return true;
    } catch {
      if (!deps.signal.aborted) return false;
    }
  }
  return false;
}

async function putBack(deps: Deps, id: string, marker: Record<string, string>): Promise<void> {
  const archive = await deps.packTexts(marker);
  try {
    await deps.graceApi().uploadFiles(id, archive);
  } catch {
    // No engine is left to report this to.
  } finally {
    await archive.dispose();
  }
}
