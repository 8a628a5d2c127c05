/** Builds the outputs, whole and typed, from inputs and the API's answers, and reads them back. Nothing else makes outputs. */
import { dashboardUrlOf, urlOf } from "../api/address";
import type { App, Metrics } from "../api/app";
import type { Timeouts } from "./durations";
import type { PropertyName } from "./properties";

/** A file or text of an asset map, as plain data. */
export type AssetInput = { text: string } | { file: string } | { folder: string };

/** The argument `healthCheck` as plain data; what is left out has its default at use. */
export interface HealthCheckInput {
  path?: string;
  timeoutSeconds?: number;
  enabled?: boolean;
}

/** The inputs after `check`: complete, canonical, plain data. */
export interface CheckedInputs {
  source: string | Record<string, AssetInput>;
  sourceHash: string;
  sourceFiles: Record<string, string>;
  appName: string;
  /** The same as `appName`, under the API's name, so that it is known in a preview. */
  name: string;
  mainFile: string;
  memoryMB: number;
  /** The same as `memoryMB`, under the API's name, so that it is known in a preview. */
  allocatedMemoryMB: number;
  runtimeEnvironment: string;
  exposedViaWeb: boolean;
  autoRestartEnabled: boolean;
  startupCommand?: string;
  teamId?: string;
  environmentVariables?: Record<string, string>;
  ignore?: string[];
  running?: boolean;
  waitForOnline: boolean;
  minReadySeconds?: number;
  healthCheck?: HealthCheckInput;
  account?: string;
  adopt?: string;
  timeouts?: Timeouts;
  /** Hash of the resource's URN: goes into the marker by which a create finds its own app again. */
  urnHash: string;
}

/** The parts of a deployment that can be left undone when an operation fails. */
export type Step = "settings" | "upload" | "prune" | "power" | "wait";

/** What the provider remembers between operations. Kept in the output `deployment`; not meant for programs. */
export interface Deployment {
  /** Settings as last sent, or as last seen to have drifted. The API's own fields may differ: it does not always echo. */
  applied: Partial<Pick<CheckedInputs, AppliedName>>;
  /** What a failed operation left to do; empty when all is well. A refresh drops the engine's own mark, this one stays. */
  pending: Step[];
  /** Paths that our deployments have put there, packed; needed to remove the stale ones. */
  files: string;
}

type AppliedName =
  | "appName"
  | "memoryMB"
  | "runtimeEnvironment"
  | "exposedViaWeb"
  | "autoRestartEnabled"
  | "startupCommand";

const appliedNames: readonly AppliedName[] = [
  "appName",
  "memoryMB",
  "runtimeEnvironment",
  "exposedViaWeb",
  "autoRestartEnabled",
  "startupCommand",
];

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
    currentResourceMetrics: metrics,
    online,
    url: urlOf(app, appUrl),
    dashboardUrl: dashboardUrlOf(app),
    deployment,
  };
  return withoutUndefined(state);
}

/** The part of the saved outputs that came from the API, as an `App` that newer answers are laid over. */
export function savedApp(id: string, saved: SavedState): App {
  return withoutUndefined({
    id,
    currentResourceMetrics: saved.currentResourceMetrics,
    containerId: saved.containerId,
    teamId: saved.teamId,
    restartRequired: saved.restartRequired,
    name: saved.name,
    userId: saved.userId,
    allocatedMemoryMB: saved.allocatedMemoryMB,
    allocatedVCpu: saved.allocatedVCpu,
    workerNodeId: saved.workerNodeId,
    containerImage: saved.containerImage,
    exposedViaWeb: saved.exposedViaWeb,
    startupCommand: saved.startupCommand,
    installDependenciesCmd: saved.installDependenciesCmd,
    runtimeEnvironment: saved.runtimeEnvironment,
    autoRestartEnabled: saved.autoRestartEnabled,
    status: saved.status,
    createdAt: saved.createdAt,
    updatedAt: saved.updatedAt,
    externalPort: saved.externalPort,
    internalPort: saved.internalPort,
    assignedSubdomain: saved.assignedSubdomain,
    assignedCustomDomain: saved.assignedCustomDomain,
  });
}

/** The value that a property has according to the saved outputs: as we sent it, not as the API echoed it. */
export function savedValue(saved: SavedState, name: PropertyName): unknown {
  const applied = saved.deployment?.applied;
  if (isAppliedName(name) && applied) return applied[name];
  return saved[name];
}

const givenNames = [
  "source",
  "sourceHash",
  "sourceFiles",
  "appName",
  "name",
  "mainFile",
  "memoryMB",
  "allocatedMemoryMB",
  "runtimeEnvironment",
  "exposedViaWeb",
  "autoRestartEnabled",
  "teamId",
  "environmentVariables",
  "ignore",
  "running",
  "waitForOnline",
  "minReadySeconds",
  "healthCheck",
  "account",
  "adopt",
  "timeouts",
  "urnHash",
] as const satisfies readonly (keyof CheckedInputs)[];

/** The arguments that the saved outputs hold, as they were given or have drifted, not as the API echoed them. */
export function givenOf(saved: SavedState): Partial<CheckedInputs> {
  const given = Object.fromEntries(givenNames.map((name) => [name, saved[name]]));
  return withoutUndefined({ ...given, ...saved.deployment?.applied });
}

export function appliedOf(inputs: Partial<CheckedInputs>): Deployment["applied"] {
  return withoutUndefined(Object.fromEntries(appliedNames.map((name) => [name, inputs[name]])));
}

function isAppliedName(name: PropertyName): name is AppliedName {
  return (appliedNames as readonly string[]).includes(name);
}

export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
