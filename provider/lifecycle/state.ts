/** Builds the outputs, whole and typed, from inputs and the API's answers, and reads them back. Nothing else makes outputs. */
import { type App, appFieldNames, dashboardUrlOf, type Metrics, urlOf } from "../api/app";
import type { PlainArgs } from "../resource/args";
import type { Timeouts } from "./durations";
import {
  type AppliedName,
  appliedNames,
  type CreateName,
  createNames,
  type NamesWith,
  type PropertyName,
  propertyNames,
  propertyOf,
  type SettingName,
  settingNames,
} from "./properties";
import { withoutUndefined } from "./values";

/** A file or text of an asset map, as plain data. */
export type AssetInput = { text: string } | { file: string } | { folder: string };

type Plain = Omit<PlainArgs, "source" | "runtimeEnvironment">;
/** Names of the inputs that always have a value after `check`. */
type Complete = NamesWith<{ required: string }> | NamesWith<{ default: unknown }>;

/** The argument `source` as plain data. */
export type SourceInput = string | Record<string, AssetInput>;

/** The inputs after `check`: complete, canonical, plain data. */
export interface CheckedInputs extends Required<Pick<Plain, Complete & keyof Plain>>, Omit<Plain, Complete> {
  source: SourceInput;
  sourceHash: string;
  sourceFiles: Record<string, string>;
  /** After a refresh it may be one that this version does not know. */
  runtimeEnvironment: string;
  /** The same as `appName`, under the API's name, so that it is known in a preview. */
  name: string;
  /** The same as `memoryMB`, under the API's name, so that it is known in a preview. */
  allocatedMemoryMB: number;
  timeouts?: Timeouts;
  /** Hash of the resource's URN: goes into the marker by which a create finds its own app again. Absent when it is not known. */
  urnHash: string;
}

/** The parts of a deployment that can be left undone when an operation fails. */
export type Step = "marker" | "settings" | "upload" | "prune" | "power" | "wait";

/** What the provider remembers between operations. Kept in the output `deployment`; not meant for programs. */
export interface Deployment {
  /** Settings as last sent, or as last seen to have drifted. The API's own fields may differ: it does not always echo. */
  applied: Partial<Pick<CheckedInputs, AppliedName>>;
  /** What a failed operation left to do; empty when all is well. A refresh drops the engine's own mark, this one stays. */
  pending: Step[];
  /** Paths that our deployments have put there, packed; needed to remove the stale ones. */
  files: string;
  /** Absent in states of 0.1.0, whose apps keep the marker file of their creation. */
  version?: 2;
}

/** All outputs. Optional ones are absent, never undefined, when they go to the engine. */
export interface AppState extends Partial<Omit<CheckedInputs, "urnHash">>, Omit<App, "id"> {
  urnHash?: string;
  online: boolean;
  url?: string;
  dashboardUrl: string;
  deployment: Deployment;
}

/** Outputs as they come back from the engine: of any age, possibly nearly empty after an import. */
export type SavedState = Partial<AppState>;

/** Takes in outputs from the engine; a `deployment` that we cannot have written counts as none. */
export function savedOf(values: Readonly<Record<string, unknown>>): SavedState {
  const { deployment, ...rest } = values;
  return isDeployment(deployment) ? { ...rest, deployment } : rest;
}

function isDeployment(value: unknown): value is Deployment {
  if (typeof value !== "object" || value === null) return false;
  const { applied, pending, files } = value as Partial<Record<keyof Deployment, unknown>>;
  return (
    typeof applied === "object" && applied !== null && Array.isArray(pending) && typeof files === "string"
  );
}

export interface StateParts {
  inputs: Partial<CheckedInputs>;
  app: App;
  /** The measurement taken when the app was last deployed; a refresh must not move it. */
  metrics: Metrics | undefined;
  /** As last seen. */
  online: boolean;
  deployment: Deployment;
  /** Public address with `{subdomain}` in it. */
  appUrl: string;
}

export function stateOf({ inputs, app, metrics, online, deployment, appUrl }: StateParts): AppState {
  const { id: _id, environmentVariables: _variables, ...fields } = app;
  const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const state: AppState = {
    ...inputs,
    ...known,
    // When it was started is asked anew where it matters.
    currentResourceMetrics: metrics && withoutUndefined({ ...metrics, startedAt: undefined }),
    online,
    url: urlOf(app, appUrl),
    dashboardUrl: dashboardUrlOf(app),
    deployment,
  };
  return withoutUndefined(state);
}

/** The part of the saved outputs that came from the API, as an `App` that newer answers are laid over. */
export function savedApp(id: string, saved: SavedState): App {
  const fields = Object.fromEntries(appFieldNames.map((name) => [name, saved[name]]));
  return withoutUndefined({ id, ...fields, environmentVariables: undefined });
}

/** The value that a property has according to the saved outputs: as we sent it, not as the API echoed it. */
export function savedValue(saved: SavedState, name: PropertyName): unknown {
  const applied = saved.deployment?.applied;
  if (isAppliedName(name) && applied) return applied[name];
  return saved[name];
}

/** The arguments that the saved outputs hold, as they were given or have drifted, not as the API echoed them. */
export function givenOf(saved: SavedState): Partial<CheckedInputs> {
  // Of an optional setting the outputs hold what the API says; what was given is in `applied` alone.
  const kept = propertyNames.filter((name) => !(isAppliedName(name) && propertyOf(name).optional));
  const given = Object.fromEntries(kept.map((name) => [name, saved[name]]));
  return withoutUndefined({ ...given, ...saved.deployment?.applied });
}

/** What a create sends. */
export function createFieldsOf(inputs: CheckedInputs): Pick<CheckedInputs, CreateName> {
  return pick(inputs, createNames);
}

/** What an update sends: always all settings, since one that is left out may be reset. */
export function settingsOf(inputs: CheckedInputs): Pick<CheckedInputs, SettingName> {
  return pick(inputs, settingNames);
}

function pick<T, Name extends keyof T>(values: T, names: readonly Name[]): Pick<T, Name> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<T, Name>;
}

export function appliedOf(inputs: Partial<CheckedInputs>): Deployment["applied"] {
  return withoutUndefined(pick(inputs, appliedNames));
}

function isAppliedName(name: PropertyName): name is AppliedName {
  return (appliedNames as readonly string[]).includes(name);
}
