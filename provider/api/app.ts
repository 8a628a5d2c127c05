/** Turns the API's many answer variants into one `App`, `AppPage`, `Account` and `Team`. Unknown fields are ignored. */

/** `currentResourceMetrics`: one measurement. All but `online` may be missing when the app is stopped. */
export interface Metrics {
  /** When it was measured: ISO 8601, UTC. */
  timestamp?: string;
  /** Whether the app ran. */
  online?: boolean;
  /** Seconds since the app was started. */
  uptime?: number;
  /** When the app was started: ISO 8601, UTC. Not part of the outputs. */
  startedAt?: string;
  /** 0 to 100. */
  cpuUsagePercent?: number;
  /** Bytes in use. */
  memoryUsageBytes?: number;
  /** Bytes that the app may use; a megabyte of `memoryMB` is 1,048,576 of them. */
  memoryLimitBytes?: number;
  /** Bytes received since the start. */
  networkRxBytes?: number;
  /** Bytes sent since the start. */
  networkTxBytes?: number;
}

/**
 * One app. A key is present only when the answer had the field, so that answers can be laid over each other:
 * absent keeps what an earlier answer said, `undefined` (the API's null) clears it.
 */
export interface App {
  /** The API's `_id`. */
  id: string;
  /** The latest measurement; the API may give none. */
  currentResourceMetrics?: Metrics;
  /** Container that runs the app. */
  containerId?: string;
  /** Always the id: a team object in an answer carries invite codes and e-mail addresses, which stop here. */
  teamId?: string;
  /** Settings changed that the running app does not have yet. */
  restartRequired?: boolean;
  /** As in the argument `appName`. */
  name?: string;
  /** Owner. */
  userId?: string;
  /** Memory granted, in units of 1,048,576 bytes. */
  allocatedMemoryMB?: number;
  /** Virtual CPUs granted. */
  allocatedVCpu?: number;
  /** The machine that runs the app. */
  workerNodeId?: { _id?: string; nodeName?: string };
  /** Image of the runtime. */
  containerImage?: string;
  /** Reachable over the web. */
  exposedViaWeb?: boolean;
  /** The command that starts the app. */
  startupCommand?: string;
  /** The command that installs its dependencies. */
  installDependenciesCmd?: string;
  /** `python` or `nodejs`; whatever else the API may say is kept. */
  runtimeEnvironment?: string;
  /** Started again after a crash. */
  autoRestartEnabled?: boolean;
  /** `active`, `creating` or `suspended`; not whether the app runs. */
  status?: string;
  /** ISO 8601, UTC. */
  createdAt?: string;
  /** Time of the last change: ISO 8601, UTC. */
  updatedAt?: string;
  /** Port on the outside, where the API tells one. */
  externalPort?: number;
  /** Port that the app listens on; only `start`, `stop` and `restart` tell it. */
  internalPort?: number;
  /** Label of the public address; only `start`, `stop` and `restart` tell it. */
  assignedSubdomain?: string;
  /** Domain of the owner, where one is set. */
  assignedCustomDomain?: string;
  /** The app's page in the emulator, where it is one of the emulator's apps. */
  dashboardUrl?: string;
  /** Names and values; the values are secrets. */
  environmentVariables?: Record<string, string>;
}

export interface AppPage {
  apps: App[];
  hasNextPage: boolean;
}

type Json = Record<string, unknown>;
type Reader = (value: unknown) => unknown;

const string: Reader = (value) => (typeof value === "string" ? value : undefined);
const boolean: Reader = (value) => (typeof value === "boolean" ? value : undefined);
// SPEC-OLD and programs in the field show some totals as text; numbers written as text are accepted everywhere.
const number: Reader = (value) => {
  const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : undefined;
};

/** The table of an App's fields; the API's names are ours. */
const appFields = {
  currentResourceMetrics: (value) =>
    isJson(value)
      ? pick(value, {
          timestamp: string,
          online: boolean,
          uptime: number,
          startedAt: string,
          cpuUsagePercent: number,
          memoryUsageBytes: number,
          memoryLimitBytes: number,
          networkRxBytes: number,
          networkTxBytes: number,
        })
      : undefined,
  containerId: string,
  teamId: (value) => (isJson(value) ? string(value["_id"]) : emptyToUndefined(string(value))),
  restartRequired: boolean,
  name: string,
  userId: string,
  allocatedMemoryMB: number,
  allocatedVCpu: number,
  workerNodeId: (value) => (isJson(value) ? pick(value, { _id: string, nodeName: string }) : undefined),
  containerImage: string,
  exposedViaWeb: boolean,
  startupCommand: string,
  installDependenciesCmd: string,
  runtimeEnvironment: string,
  autoRestartEnabled: boolean,
  status: string,
  createdAt: string,
  updatedAt: string,
  externalPort: number,
  internalPort: number,
  assignedSubdomain: (value) => emptyToUndefined(string(value)),
  assignedCustomDomain: (value) => emptyToUndefined(string(value)),
  environmentVariables: variables,
} as const satisfies Record<Exclude<keyof App, "id" | "dashboardUrl">, Reader>;

/** All fields of an `App` but its id. */
export const appFieldNames = [...Object.keys(appFields), "dashboardUrl"] as Exclude<keyof App, "id">[];

/**
 * Undefined when it is not an app, that is, when it has no `_id`.
 *
 * @param dashboard where the emulator shows its apps
 */
export function appOf(body: unknown, dashboard?: string): App | undefined {
  const wire = unwrap(body, "application", "app");
  const id = wire?.["_id"];
  if (wire === undefined || typeof id !== "string" || id === "") return undefined;
  const page = dashboard === undefined ? {} : { dashboardUrl: `${dashboard}/${encodeURIComponent(id)}` };
  return { id, ...pick(wire, appFields), ...page } as App;
}

/** Accepts the bare array, `{applications}` with totals at the top, and `{applications}` with totals in the items. */
export function appPageOf(body: unknown, dashboard?: string): AppPage | undefined {
  const list = Array.isArray(body) ? body : isJson(body) ? body["applications"] : undefined;
  if (!Array.isArray(list)) return undefined;
  const apps = list.flatMap((item) => appOf(item, dashboard) ?? []);
  const holders: unknown[] = [body, ...list];
  const next = holders.some((holder) => isJson(holder) && hasNext(holder["pagination"]));
  return { apps, hasNextPage: next };
}

function hasNext(pagination: unknown): boolean {
  return isJson(pagination) && pagination["hasNextPage"] === true;
}

/** Lays a newer answer over an older one. */
export function mergeApps(older: App, newer: App): App {
  return { ...older, ...newer };
}

function variables(value: unknown): Record<string, string> | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = value.flatMap((item): [string, string][] =>
    isJson(item) && typeof item["key"] === "string" && typeof item["value"] === "string"
      ? [[item["key"], item["value"]]]
      : [],
  );
  return Object.fromEntries(entries);
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Some programs saw single things wrapped in an object of one key. */
export function unwrap(body: unknown, ...keys: string[]): Json | undefined {
  if (!isJson(body)) return undefined;
  if (typeof body["_id"] === "string") return body;
  for (const key of keys) {
    const inner = body[key];
    if (isJson(inner)) return inner;
  }
  return body;
}

function pick(from: Json, readers: Record<string, Reader>): Json {
  const result: Json = {};
  for (const [key, read] of Object.entries(readers)) if (key in from) result[key] = read(from[key]);
  return result;
}

function emptyToUndefined(value: unknown): unknown {
  return value === "" ? undefined : value;
}

/** When the app was created, in milliseconds since the epoch; NaN when the API does not tell. */
export function creationTime({ createdAt }: App): number {
  return Date.parse(createdAt ?? "");
}

/** `https://` and the custom domain, else the pattern with the sub-domain that the API gave; else there is none. */
export function urlOf(app: App, appUrl: string): string | undefined {
  if (app.exposedViaWeb === false) return undefined;
  if (app.assignedCustomDomain !== undefined) return `https://${app.assignedCustomDomain}`;
  if (app.assignedSubdomain === undefined) return undefined;
  return appUrl.replaceAll("{subdomain}", app.assignedSubdomain);
}

/** The app's page in the dashboard, or in the emulator. */
export function dashboardUrlOf({ id, dashboardUrl }: Pick<App, "id" | "dashboardUrl">): string {
  return dashboardUrl ?? `https://www.camposcloud.com/dashboard/applications/${id}`;
}
