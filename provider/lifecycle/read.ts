/** Reads the current state of an app and finds what has drifted from what was applied. */
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
  /** The inputs that would produce the app as it is now. */
  inputs: Partial<CheckedInputs>;
}

/** Undefined if an app in the state no longer exists. For `get` and imports, an unknown id is an error. */
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

// If an app were dropped from the state by mistake, the next `up` would create a second one, so one response is not enough.
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
    // Without access to the team's list, the first response has to be enough.
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
      // An imported app has no marker of version 0.1.0 that this resource would have to remove.
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
  // The team of an imported app comes from the API, otherwise from the inputs.
  if (saved.deployment === undefined && now.teamId !== undefined) inputs.teamId = now.teamId;
  return withOutputs({ ...inputs });
}

interface Comparison {
  saved: SavedState;
  before: App;
  now: App;
}

/** The current value, if it is neither the one that was applied nor the one that the API returned after that. */
function driftOf(name: PropertyName, { saved, before, now }: Comparison): unknown {
  const { readBack, optional } = propertyOf(name);
  const present = readBack?.(now);
  const applied = savedValue(saved, name);
  if (present === undefined || equal(present, applied)) return undefined;
  if (optional && applied === undefined) return undefined;
  if (propertyOf(name).secret) return masked(present) ? undefined : present;
  // The API does not always echo what it was sent, so only a value that has changed since then is drift.
  if (name !== "running" && applied !== undefined && equal(present, readBack?.(before))) return undefined;
  return present;
}

// It is not documented whether the API masks values; asterisks do not indicate a change.
function masked(variables: unknown): boolean {
  const values = Object.values(variables as Record<string, string>);
  return values.length > 0 && values.every((value) => /^[*•●]+$/.test(value));
}
