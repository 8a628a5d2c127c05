/** The table of arguments: what a change of each does, and where an answer of the API shows it. check, diff and read walk it. */
import type { App } from "../api/app";

/**
 * `settings`: sent with the update call; `upload`: the files are sent; `power`: start or stop; `replace`: a new app;
 * `state`: kept in the state, no call; `none`: not even an update.
 */
export type Effect = "settings" | "upload" | "power" | "replace" | "state" | "none";

export interface Property {
  readonly effect: Effect;
  /** The API's present value, undefined when the answer does not say. */
  readonly readBack?: (app: App) => unknown;
  /** Left out by the user means "left alone": no default, never read back, and leaving it out later changes nothing remotely. */
  readonly optional?: true;
}

export const properties = {
  appName: { effect: "settings", readBack: (app) => app.name },
  memoryMB: { effect: "settings", readBack: (app) => app.allocatedMemoryMB },
  runtimeEnvironment: { effect: "settings", readBack: (app) => app.runtimeEnvironment },
  exposedViaWeb: { effect: "settings", readBack: (app) => app.exposedViaWeb },
  autoRestartEnabled: { effect: "settings", readBack: (app) => app.autoRestartEnabled },
  startupCommand: { effect: "settings", readBack: (app) => app.startupCommand, optional: true },
  environmentVariables: { effect: "settings", readBack: (app) => app.environmentVariables, optional: true },
  running: { effect: "power", readBack: (app) => app.currentResourceMetrics?.online, optional: true },
  sourceHash: { effect: "upload" },
  mainFile: { effect: "replace" },
  teamId: { effect: "replace" },
  account: { effect: "replace" },
  waitForOnline: { effect: "state" },
  minReadySeconds: { effect: "state", optional: true },
  healthCheck: { effect: "state", optional: true },
  source: { effect: "none" },
  sourceFiles: { effect: "none" },
  ignore: { effect: "none" },
  adopt: { effect: "none" },
  timeouts: { effect: "none" },
  urnHash: { effect: "none" },
  name: { effect: "none" },
  allocatedMemoryMB: { effect: "none" },
} as const satisfies Record<string, Property>;

export type PropertyName = keyof typeof properties;

export const propertyNames = Object.keys(properties) as PropertyName[];

export function propertyOf(name: PropertyName): Property {
  return properties[name];
}

/** Defaults that are taken where they are needed, never put into the inputs: so older states preview without a change. */
export const defaultMinReadySeconds = 5;
export const defaultHealthCheckPath = "/";
export const defaultHealthCheckTimeoutSeconds = 60;
