/**
 * The table of properties. Check, diff, create, update, read, previews, outputs, secrets and the tests of the docs derive from
 * it: a new argument is a row here, and its type and description in `resource/args.ts` and `resource/campos-app.ts`.
 */
import type { App } from "../api/app";
import type { CamposAppArgs } from "../resource/args";
import { type ConfigDefault, configDefault } from "./config-file";
import * as rules from "./rules";

/**
 * `settings`: the update call; `upload`: an upload of the files; `power`: start or stop; `replace`: a new app; `state`: an
 * update of the state, without a call; `none`: not even that.
 */
export type Effect = "settings" | "upload" | "power" | "replace" | "state" | "none";

export interface Property {
  /** What a change does. */
  readonly effect: Effect;
  /** Only for inputs that come from the program: says why a value is invalid. */
  readonly rule?: rules.Rule;
  /** Sent when the app is created and never again: the API cannot change it. */
  readonly createOnly?: true;
  /** Set by the resource class, not by the user. */
  readonly internal?: true;
  /** Must have a value; the text completes "<name> …". */
  readonly required?: string;
  /** Added to the checked inputs if there is no other value. */
  readonly default?: unknown;
  /** The key of a `camposcloud.config` that sets the default. */
  readonly config?: ConfigDefault;
  /** Normalizes the value, so that equivalent values are equal. */
  readonly canonical?: (value: unknown) => unknown;
  /** The API's field with the same meaning: stored under both names, so that it is known in a preview. */
  readonly output?: string;
  /** The current value according to the API; undefined if the response does not contain it. */
  readonly readBack?: (app: App) => unknown;
  /** Not managed when omitted: no default, no drift detection, and removing it later changes nothing remotely. */
  readonly optional?: true;
  /** All values in it are secrets, even if the program does not mark them. */
  readonly secret?: true;
}

export const properties = {
  source: {
    effect: "none",
    rule: rules.source,
    required: "is required: the path of a folder or a .zip",
  },
  mainFile: {
    effect: "replace",
    createOnly: true,
    rule: rules.mainFile,
    required:
      "is required: the file to run, such as index.js; or write MAIN in a camposcloud.config in the source",
    config: configDefault.text("MAIN", "a path"),
    canonical: (path) =>
      typeof path === "string" ? path.replaceAll("\\", "/").replace(/^(\.\/+)+/, "") : path,
  },
  appName: {
    effect: "settings",
    rule: rules.text,
    required: "is required",
    output: "name",
    readBack: (app) => app.name,
  },
  runtimeEnvironment: {
    effect: "settings",
    rule: rules.runtime,
    required: 'is required: "python" or "nodejs"; or write RUNTIME in a camposcloud.config in the source',
    config: configDefault.oneOf("RUNTIME", rules.runtimes),
    readBack: (app) => app.runtimeEnvironment,
  },
  memoryMB: {
    effect: "settings",
    rule: rules.megabytes,
    required:
      "is required: megabytes of memory, such as 256; or write MEMORY in a camposcloud.config in the source",
    config: configDefault.integer("MEMORY", "a whole number of megabytes"),
    output: "allocatedMemoryMB",
    readBack: (app) => app.allocatedMemoryMB,
  },
  exposedViaWeb: {
    effect: "settings",
    rule: rules.boolean,
    default: false,
    readBack: (app) => app.exposedViaWeb,
  },
  autoRestartEnabled: {
    effect: "settings",
    rule: rules.boolean,
    config: configDefault.boolean("AUTORESTART"),
    default: false,
    readBack: (app) => app.autoRestartEnabled,
  },
  startupCommand: {
    effect: "settings",
    rule: rules.text,
    config: configDefault.text("STARTUP", "a command"),
    readBack: (app) => app.startupCommand,
    optional: true,
  },
  environmentVariables: {
    effect: "settings",
    rule: rules.variables,
    readBack: (app) => app.environmentVariables,
    optional: true,
    secret: true,
  },
  teamId: { effect: "replace", rule: rules.text, createOnly: true },
  ignore: { effect: "none", rule: rules.patterns },
  running: {
    effect: "power",
    rule: rules.boolean,
    readBack: (app) => app.currentResourceMetrics?.online,
    optional: true,
  },
  waitForOnline: { effect: "state", rule: rules.boolean, default: true },
  minReadySeconds: { effect: "state", rule: rules.seconds, optional: true },
  healthCheck: { effect: "state", rule: rules.healthCheck, optional: true },
  account: { effect: "replace", rule: rules.text },
  adopt: { effect: "none", rule: rules.text },
  timeouts: { effect: "none", rule: rules.timeouts, internal: true },
  /** Hash of the resource's URN. */
  urnHash: { effect: "none", rule: rules.text, internal: true },
  // Added by check.
  sourceHash: { effect: "upload" },
  sourceFiles: { effect: "none" },
  name: { effect: "none" },
  allocatedMemoryMB: { effect: "none" },
} as const satisfies Record<keyof CamposAppArgs, Property> & Record<string, Property>;

type Table = typeof properties;
export type PropertyName = keyof Table;
/** The names of the rows with certain columns. */
export type NamesWith<Column> = {
  [Name in PropertyName]: Table[Name] extends Column ? Name : never;
}[PropertyName];

/** Sent with every update. */
export type SettingName = NamesWith<{ effect: "settings" }>;
/** Sent with a create. */
export type CreateName = SettingName | NamesWith<{ createOnly: true }>;
/** Settings that are not secret. The API may echo a value that differs from the one sent. */
export type AppliedName = Exclude<SettingName, NamesWith<{ secret: true }>>;

export const propertyNames = Object.keys(properties) as PropertyName[];

export function propertyOf(name: PropertyName): Property {
  return properties[name];
}

export function namesWithEffect(effect: Effect): PropertyName[] {
  return propertyNames.filter((name) => propertyOf(name).effect === effect);
}

/** The inputs that come from the program. */
export const inputNames = propertyNames.filter((name) => propertyOf(name).rule !== undefined);

/** The arguments that users give. */
export const argumentNames = inputNames.filter(
  (name) => !propertyOf(name).internal,
) as (keyof CamposAppArgs)[];

export const settingNames = namesWithEffect("settings") as SettingName[];

export const createNames = propertyNames.filter(
  (name) => propertyOf(name).effect === "settings" || propertyOf(name).createOnly,
) as CreateName[];

export const appliedNames = settingNames.filter((name) => !propertyOf(name).secret) as AppliedName[];

export const secretNames = propertyNames.filter((name) => propertyOf(name).secret);

/** Outputs that are neither arguments nor fields of the API's response. */
export const derivedOutputs = ["url", "dashboardUrl", "online", "sourceHash", "sourceFiles"] as const;

/** The names, together with those of outputs that have the same meaning. */
export function namesLike(names: readonly string[]): string[] {
  const outputs = propertyNames.flatMap((name) =>
    names.includes(name) ? (propertyOf(name).output ?? []) : [],
  );
  return [...names, ...outputs];
}

/** The inputs, together with the outputs that have the same meaning. */
export function withOutputs<T extends Readonly<Record<string, unknown>>>(inputs: T): T {
  const same = propertyNames.flatMap((name) => {
    const { output } = propertyOf(name);
    return output === undefined || inputs[name] === undefined ? [] : [[output, inputs[name]] as const];
  });
  return { ...inputs, ...Object.fromEntries(same) };
}

/** Applied where they are used, not added to the inputs: otherwise states of older versions would show a change. */
export const defaultMinReadySeconds = 5;
export const defaultHealthCheckPath = "/";
export const defaultHealthCheckTimeoutSeconds = 60;
