/** Creates the app, resumes an interrupted creation of this resource, or adopts an existing app. */
import type { App } from "../api/app";
import { appToAdopt, refuseOtherMainFile } from "./adoption";
import { packChecked } from "./checked-source";
import { createApp } from "./create-request";
import { endCreation } from "./creation-end";
import { diff } from "./diff";
import { apiErrorKind, IncompleteError } from "./failures";
import { markerFile, readMarker } from "./marker";
import { bringUp } from "./new-app";
import { Operation, type OperationOptions } from "./operation";
import { findInterruptedCreate, fits, type Interrupted, type Search } from "./ownership";
import type { OwnershipRegistry } from "./ownership-registry";
import { planSteps } from "./plan";
import { namesWithEffect, propertyNames, propertyOf } from "./properties";
import { type AppState, appliedOf, type CheckedInputs, type SavedState, savedOf } from "./state";
import { runSteps, update } from "./update";

export interface CreateOptions extends OperationOptions {
  /** What this process knows about the account's apps. */
  registry: OwnershipRegistry;
  /** The resource is already in the state: its app is being replaced. */
  replacement: boolean;
}

export interface Created {
  id: string;
  state: AppState;
}

/** The engine calls it again in the same run if it failed and an `onError` hook of the program asks for that. */
export async function create(options: CreateOptions): Promise<Created> {
  const { inputs, registry } = options;
  const incomplete = registry.beginCreate(inputs.urnHash);
  try {
    const created = await (incomplete ? complete(options, incomplete) : createOrAdopt(options));
    registry.endCreate(inputs.urnHash);
    return created;
  } catch (error) {
    if (error instanceof IncompleteError) registry.endCreate(inputs.urnHash, error);
    throw error;
  }
}

// Some engines, such as 3.259, do not keep what the failed call returned, and nothing marks the app any more.
async function complete(options: CreateOptions, { id, state }: IncompleteError): Promise<Created> {
  return { id, state: await update({ ...options, id, saved: savedOf({ ...state }) }) };
}

async function createOrAdopt(options: CreateOptions): Promise<Created> {
  const { deps, inputs, replacement } = options;
  if (inputs.adopt !== undefined && !replacement) return adopt(options, inputs.adopt);
  if (inputs.adopt !== undefined) {
    deps.progress("`adopt` is only used for the first creation; the replacement is a new app");
  }
  const interrupted = await findFitting(options);
  return interrupted ? resumeInterruptedCreate(options, interrupted) : createNew(options);
}

/** Deletes an app that was found but does not match: it belongs to this resource and is in no state. */
async function findFitting(search: Search): Promise<Interrupted | undefined> {
  for (;;) {
    const found = await findInterruptedCreate(search);
    if (found === undefined || fits(found.marker, search.inputs)) return found;
    await discard(search, found);
  }
}

async function discard({ deps, inputs, registry }: Search, { app, marker }: Interrupted): Promise<void> {
  const other =
    marker.mainFile === inputs.mainFile ? "for another team" : `with the main file ${marker.mainFile}`;
  deps.warn(
    `Deleting the app ${app.id}, which an interrupted run created ${other}; a new one is created instead.`,
  );
  try {
    await deps.api.deleteApp(app.id);
  } catch (error) {
    if (apiErrorKind(error) !== "notFound") throw error;
  }
  // It is still in the listing of this run.
  registry.hold(app.id);
}

async function createNew(options: CreateOptions): Promise<Created> {
  const { deps, inputs, replacement, registry } = options;
  const archive = await packChecked(deps, inputs, markerFile(inputs, replacement));
  const paths = archive.files.map((file) => file.path);
  const app = await createApp(options, archive).finally(() => archive.dispose());
  registry.tookByCreate(app.id);
  const operation = Operation.created(options, app, paths);
  operation.markerLeft = true;
  return endCreation(options, operation, () => bringUp(operation));
}

/** Updates the app to the current inputs. */
async function resumeInterruptedCreate(options: CreateOptions, found: Interrupted): Promise<Created> {
  const { deps, inputs, registry, replacement } = options;
  const { marker } = found;
  deps.progress(`resuming the creation of the app ${found.app.id}, which was interrupted`);
  const app = await deps.api.getApp(found.app.id);
  const files = marker.source === inputs.sourceHash ? await deps.listSource(inputs) : marker.files;
  const operation = existingOperation(options, app, { sourceHash: marker.source, files });
  registry.tookByCreate(app.id);
  operation.marker = markerFile(inputs, replacement);
  operation.markerLeft = true;
  // Nothing shows that it ever came online.
  operation.revive = true;
  const steps = stepsOf(operation);
  return endCreation(options, operation, () =>
    steps.length > 0 ? runSteps(operation, steps) : bringUp(operation),
  );
}

async function adopt(options: CreateOptions, id: string): Promise<Created> {
  const { deps, inputs, registry } = options;
  registry.refuseSecondAdoption(id, inputs.urnHash);
  const app = await appToAdopt(deps.api, id);
  refuseOtherMainFile(inputs, app);
  const operation = existingOperation(options, app, { files: [] });
  operation.markerLeft = (await readMarker(deps.api, id)) !== undefined;
  registry.tookByCreate(id);
  return endCreation(options, operation, () => runSteps(operation, stepsOf(operation)));
}

function stepsOf({ saved, inputs }: Operation) {
  return planSteps({ change: diff(saved, { ...inputs }), inputs, pending: [] });
}

interface KnownFiles {
  sourceHash?: string;
  files: readonly string[];
}

function existingOperation(options: CreateOptions, app: App, known: KnownFiles): Operation {
  const operation = Operation.existing(options, app.id, savedFromApp(options, app, known));
  operation.learn(app);
  return operation;
}

/** The state as if this resource had deployed the app as it is now. */
function savedFromApp(
  { inputs, paths }: CreateOptions,
  app: App,
  { sourceHash, files }: KnownFiles,
): SavedState {
  const managed = propertyNames.filter((name) => !propertyOf(name).optional || inputs[name] !== undefined);
  const present: Partial<CheckedInputs> = Object.fromEntries(
    managed.map((name) => [name, propertyOf(name).readBack?.(app)]),
  );
  const kept = Object.fromEntries(namesWithEffect("replace").map((name) => [name, inputs[name]]));
  return {
    ...present,
    ...kept,
    sourceHash,
    deployment: {
      applied: appliedOf(present),
      pending: [],
      files: paths.pack(files),
      version: 2,
    },
  };
}
