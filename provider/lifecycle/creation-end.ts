/** The end of a creation, good or bad: the app's marker goes before the engine learns the app's id. */
import type { Created, CreateOptions } from "./create";
import type { Deps } from "./deps";
import { IncompleteError } from "./failures";
import { markerFile, removeMarker } from "./marker";
import type { Operation } from "./operation";

/** How long the port of a killed engine may go on answering. */
const dyingMs = 100;

/** Runs the last part of a creation. A marker that cannot be removed never fails it: the next update does that. */
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

// Without its engine the app gets into no state: then the marker must stay, for the next run to find the app.
async function settleMarker(operation: Operation, replacement: boolean): Promise<void> {
  const { deps, app, inputs } = operation;
  if (await deps.engineGone()) return;
  operation.markerLeft = !(await removed(deps, app.id));
  if (operation.markerLeft) return;
  await deps.clock.sleep(dyingMs);
  if (!(await deps.engineGone())) return;
  await putBack(deps, app.id, markerFile(inputs, replacement));
}

/** The user's Ctrl-C and the end of the operation's time end its own requests; this one is worth a little more. */
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
    // Nobody is left to be told.
  } finally {
    await archive.dispose();
  }
}
