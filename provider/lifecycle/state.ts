/** The outputs: the only place that builds them, from inputs and the API's responses, and reads them from the state. */
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

/** The inputs after `check`: complete, normalized, plain data. */
export interface CheckedInputs extends Required<Pick<Plain, Complete & keyof Plain>>, Omit<Plain, Complete> {
  source: SourceInput;
  sourceHash: string;
  sourceFiles: Record<string, string>;
  /** After a refresh it may be a runtime that this version does not know. */
  runtimeEnvironment: string;
  /** The same as `appName`, under the API's name, so that it is known in a preview. */
  name: string;
  /** The same as `memoryMB`, under the API's name, so that it is known in a preview. */
  allocatedMemoryMB: number;
  timeouts?: Timeouts;
  /** Hash of the resource's URN, stored in the marker by which an interrupted create is found. Absent if the URN is unknown. */
  urnHash: string;
}

/** The parts of a deployment that can stay pending when an operation fails. */
export type Step = "marker" | "settings" | "upload" | "prune" | "power" | "wait";

/** What the provider stores between operations, in the output `deployment`; not meant for programs. */
export interface Deployment {
  /** Settings as last sent, or as drifted since. The API's fields may differ: it does not always echo what was sent. */
  applied: Partial<Pick<CheckedInputs, AppliedName>>;
  /** Steps that a failed operation left pending. Unlike the engine's record of a failure, this survives a refresh. */
  pending: Step[];
  /** Encoded paths that deployments have uploaded; needed to delete stale files. */
  files: string;
  /** Absent in states of version 0.1.0, whose apps keep the marker file of their creation. */
  version?: 2;
}

/** All outputs. Optional ones are absent, never undefined, when they are sent to the engine. */
export interface AppState extends Partial<Omit<CheckedInputs, "urnHash">>, Omit<App, "id"> {
  urnHash?: string;
  online: boolean;
  url?: string;
  dashboardUrl: string;
  deployment: Deployment;
}

/** Outputs from the engine: written by any version, and nearly empty for an import. */
export type SavedState = Partial<AppState>;

/** Reads outputs from the engine; an invalid `deployment` is ignored. */
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
  /** Metrics from the last deployment; a refresh must not change them. */
  metrics: Metrics | undefined;
  /** Whether the app was online when last checked. */
  online: boolean;
  deployment: Deployment;
  /** Public URL, containing `{subdomain}`. */
  appUrl: string;
}

export function stateOf({ inputs, app, metrics, online, deployment, appUrl }: StateParts): AppState {
  const { id: _id, environmentVariables: _variables, ...fields } = app;
  const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const state: AppState = {
    ...inputs,
    ...known,
    // Not an output: read again where it is needed.
    currentResourceMetrics: metrics && withoutUndefined({ ...metrics, startedAt: undefined }),
    online,
    url: urlOf(app, appUrl),
    dashboardUrl: dashboardUrlOf(app),
    deployment,
  };
  return withoutUndefined(state);
}

/** The saved outputs that came from the API, as an `App` into which newer responses are merged. */
export function savedApp(id: string, saved: SavedState): App {
  const fields = Object.fromEntries(appFieldNames.map((name) => [name, saved[name]]));
  return withoutUndefined({ id, ...fields, environmentVariables: undefined });
}

/** The value of a property in the saved outputs: as it was sent, not as the API echoed it. */
export function savedValue(saved: SavedState, name: PropertyName): unknown {
  const applied = saved.deployment?.applied;
  if (isAppliedName(name) && applied) return applied[name];
  return saved[name];
}

/** The inputs in the saved outputs: as given or drifted, not as the API echoed them. */
export function givenOf(saved: SavedState): Partial<CheckedInputs> {
  // The output of an optional setting is the API's value; the given one is only in `applied`.
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
