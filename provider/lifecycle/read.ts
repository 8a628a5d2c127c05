/** Asks how an app is now, and tells what has drifted from what we applied. */
import { type App, mergeApps } from "../api/app";
import { allApps } from "../api/listing";
import type { Deps } from "./deps";
import { apiErrorKind, RefusedError } from "./failures";
import { type PropertyName, propertyNames, propertyOf, withOutputs } from "./properties";
import {
  type AppState,
  appliedOf,
  type CheckedInputs,
  givenOf,
  type SavedState,
  savedApp,
  savedValue,
  stateOf,
} from "./state";
import { equal } from "./values";

export interface ReadOptions {
  deps: Pick<Deps, "api" | "appUrl">;
  id: string;
  saved: SavedState;
}

export interface ReadResult {
  state: AppState;
  /** What the inputs would be if the program had asked for the app as it is now. */
  inputs: Partial<CheckedInputs>;
}

/** Undefined when an app that the state knows is gone. An unknown id, as of `get` or an import, is an error. */
export async function read({ deps, id, saved }: ReadOptions): Promise<ReadResult | undefined> {
  let app: App;
  try {
    app = await deps.api.getApp(id);
  } catch (error) {
    if (apiErrorKind(error) !== "notFound") throw error;
    if (saved.deployment !== undefined) {
      await refuseIfListed(deps, id, saved);
      return undefined;
    }
    throw new RefusedError(
      `There is no CamposCloud app with the id "${id}" in this account. Check the id and the account.`,
    );
  }
  return resultOf({ deps, id, saved }, app);
}

// An app that leaves the state by mistake is made a second time by the next `up`, so a single answer is not enough.
async function refuseIfListed(
  { api }: ReadOptions["deps"],
  id: string,
  { teamId }: SavedState,
): Promise<void> {
  let apps: App[];
  try {
    apps = await allApps(api, teamId);
  } catch (error) {
    const kind = apiErrorKind(error);
    // Without access to the team's list, the first answer is all there is.
    if (kind === "forbidden" || kind === "notFound") return;
    throw error;
  }
  if (!apps.some((app) => app.id === id)) return;
  throw new RefusedError(
    `Could not read the app ${id}: the API answered that it does not exist, but lists it. It stays in the state; run again.`,
  );
}

function resultOf({ deps, id, saved }: ReadOptions, app: App): ReadResult {
  const before = savedApp(id, saved);
  const inputs = withDrift(saved, before, app);
  const state = stateOf({
    inputs,
    app: mergeApps(before, app),
    metrics: saved.currentResourceMetrics ?? (saved.deployment ? undefined : app.currentResourceMetrics),
    online: app.currentResourceMetrics?.online ?? saved.online ?? false,
    deployment: {
      applied: appliedOf(inputs),
      pending: saved.deployment?.pending ?? [],
      files: saved.deployment?.files ?? "",
      // Of an imported app nothing says that it has the marker of version 0.1.0.
      version: saved.deployment ? saved.deployment.version : 2,
    },
    appUrl: deps.appUrl,
  });
  return { state, inputs };
}

function withDrift(saved: SavedState, before: App, now: App): Partial<CheckedInputs> {
  const drifted = propertyNames.flatMap((name) => {
    const value = driftOf(name, { saved, before, now });
    return value === undefined ? [] : [[name, value] as const];
  });
  const inputs: Partial<CheckedInputs> = { ...givenOf(saved), ...Object.fromEntries(drifted) };
  // An imported app tells its team; one that we made was given it.
  if (saved.deployment === undefined && now.teamId !== undefined) inputs.teamId = now.teamId;
  return withOutputs({ ...inputs });
}

interface Looks {
  saved: SavedState;
  before: App;
  now: App;
}

/** The present value when it is neither what we applied nor what the API already showed after that. */
function driftOf(name: PropertyName, { saved, before, now }: Looks): unknown {
  const { readBack, optional } = propertyOf(name);
  const present = readBack?.(now);
  const applied = savedValue(saved, name);
  if (present === undefined || equal(present, applied)) return undefined;
  if (optional && applied === undefined) return undefined;
  if (propertyOf(name).secret) return masked(present) ? undefined : present;
  // The API does not always echo what it was sent: only a value that has moved since is drift.
  if (name !== "running" && applied !== undefined && equal(present, readBack?.(before))) return undefined;
  return present;
}

// Whether the API hides values is not documented; stars say nothing about a change.
function masked(variables: unknown): boolean {
  const values = Object.values(variables as Record<string, string>);
  return values.length > 0 && values.every((value) => /^[*•●]+$/.test(value));
}
