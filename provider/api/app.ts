/** Apps: decodes the API's response variants into one `App`, and derives its URLs. Unknown fields are ignored. */

/** `currentResourceMetrics`. All fields but `online` may be missing when the app is stopped. */
export interface Metrics {
  /** Time of the measurement: ISO 8601, UTC. */
  timestamp?: string;
  /** Whether the app was running. */
  online?: boolean;
  /** Seconds since the app was started. */
  uptime?: number;
  /** When the app was started: ISO 8601, UTC. Not part of the outputs. */
  startedAt?: string;
  /** 0 to 100. */
  cpuUsagePercent?: number;
  /** Bytes in use. */
  memoryUsageBytes?: number;
  /** Memory limit in bytes; one megabyte of `memoryMB` is 1,048,576 bytes. */
  memoryLimitBytes?: number;
  /** Bytes received since the start. */
  networkRxBytes?: number;
  /** Bytes sent since the start. */
  networkTxBytes?: number;
}

/**
 * One app. A key is present only if the response had the field, so that responses can be merged: an absent key keeps the value
 * of an earlier response, `undefined` (null in the API) clears it.
 */
export interface App {
  /** The API's `_id`. */
  id: string;
  /** The latest metrics; the API may return none. */
  currentResourceMetrics?: Metrics;
  /** Container that runs the app. */
  containerId?: string;
  /** Always the id: a team object in a response has invite codes and e-mail addresses, which are dropped. */
  teamId?: string;
  /** Whether changed settings need a restart to take effect. */
  restartRequired?: boolean;
  /** Name of the app. */
  name?: string;
  /** Id of the owner. */
  userId?: string;
  /** Allocated memory, in units of 1,048,576 bytes. */
  allocatedMemoryMB?: number;
  /** Allocated virtual CPUs. */
  allocatedVCpu?: number;
  /** The machine that runs the app. */
  workerNodeId?: { _id?: string; nodeName?: string };
  /** Image of the runtime. */
  containerImage?: string;
  /** Whether the app is reachable over the web. */
  exposedViaWeb?: boolean;
  /** The command that starts the app. */
  startupCommand?: string;
  /** The command that installs its dependencies. */
  installDependenciesCmd?: string;
  /** `python` or `nodejs`; other values are kept. */
  runtimeEnvironment?: string;
  /** Whether the app is restarted after a crash. */
  autoRestartEnabled?: boolean;
  /** `active`, `creating` or `suspended`; does not say whether the app is running. */
  status?: string;
  /** ISO 8601, UTC. */
  createdAt?: string;
  /** Time of the last change: ISO 8601, UTC. */
  updatedAt?: string;
  /** External port, if the API returns one. */
  externalPort?: number;
  /** Port that the app listens on; only returned by `start`, `stop` and `restart`. */
  internalPort?: number;
  /** Subdomain of the public URL; only returned by `start`, `stop` and `restart`. */
  assignedSubdomain?: string;
  /** Custom domain, if one is set. */
  assignedCustomDomain?: string;
  /** The app's page in the emulator, for an app in the emulator. */
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
// An older specification and existing programs have some totals as text, so numbers as text are accepted everywhere.
const number: Reader = (value) => {
  const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : undefined;
};

/** The table of the fields of an `App`, under the API's names. */
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

/** All fields of an `App` except its id. */
export const appFieldNames = [...Object.keys(appFields), "dashboardUrl"] as Exclude<keyof App, "id">[];

/**
 * Undefined for anything without an `_id`.
 *
 * @param dashboard URL of the emulator's pages for apps
 */
export function appOf(body: unknown, dashboard?: string): App | undefined {
  const wire = unwrap(body, "application", "app");
  const id = wire?.["_id"];
  if (wire === undefined || typeof id !== "string" || id === "") return undefined;
  const page = dashboard === undefined ? {} : { dashboardUrl: `${dashboard}/${encodeURIComponent(id)}` };
  return { id, ...pick(wire, appFields), ...page } as App;
}

/** Accepts a bare array, and `{applications}` with the totals at the top level or in the items. */
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

/** Merges a newer response into an older one. */
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

/** Some programs have seen single objects wrapped in an object with one key. */
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

/** When the app was created, in milliseconds since the epoch; NaN if unknown. */
export function creationTime({ createdAt }: App): number {
  return Date.parse(createdAt ?? "");
}

/** The URL with the custom domain, otherwise `appUrl` with the subdomain; undefined if the API returned neither. */
export function urlOf(app: App, appUrl: string): string | undefined {
  if (app.exposedViaWeb === false) return undefined;
  if (app.assignedCustomDomain !== undefined) return `https://${app.assignedCustomDomain}`;
  if (app.assignedSubdomain === undefined) return undefined;
  return appUrl.replaceAll("{subdomain}", app.assignedSubdomain);
}

/** The app's page in CamposCloud's dashboard, or in the emulator. */
export function dashboardUrlOf({ id, dashboardUrl }: Pick<App, "id" | "dashboardUrl">): string {
  return dashboardUrl ?? `https://www.camposcloud.com/dashboard/applications/${id}`;
}
