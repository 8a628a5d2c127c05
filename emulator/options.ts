/** Owns the options of an emulator and their defaults. */
import type { WireAppTeam } from "./wire";

/** Which interpretation the emulator follows where published sources disagree about the API. */
export interface Variants {
  /** What `environmentVariables` of an update does to the saved list. Default `replace`. */
  environmentUpdate: "replace" | "merge";
  /** `GET /v1/users/@me`: `{ user }` or the bare user. Default `wrapped`. */
  user: "wrapped" | "bare";
  /** `GET /v1/apps`: totals beside the apps, a bare array, or totals inside each app. Default `wrapped`. */
  list: "wrapped" | "bare" | "totals-in-items";
  /** `currentResourceMetrics` in the response to create. Default `present`. */
  createMetrics: "present" | "null" | "absent";
  /** `ascii-only` responds with 500 to names with characters other than ASCII letters, digits, `-` and `_`. Default `any`. */
  names: "any" | "ascii-only";
  /** Whether a new app is started by create. Default `online`. */
  afterCreate: "online" | "offline";
  /** Error bodies have `error` and `message`, or `error` alone. Default `both`. */
  errorBody: "both" | "error-only";
  /** Whether a `start` of an app that is already starting succeeds or is refused with 409. Default `accepted`. */
  startWhileStarting: "accepted" | "refused";
}

/** The values of each variant; the first is the default. */
export const VARIANTS: { readonly [Name in keyof Variants]: readonly [Variants[Name], ...Variants[Name][]] } =
  {
    environmentUpdate: ["replace", "merge"],
    user: ["wrapped", "bare"],
    list: ["wrapped", "bare", "totals-in-items"],
    createMetrics: ["present", "null", "absent"],
    names: ["any", "ascii-only"],
    afterCreate: ["online", "offline"],
    errorBody: ["both", "error-only"],
    startWhileStarting: ["accepted", "refused"],
  };

/** A team that the account belongs to. Omitted fields get plausible values. */
export type TeamSeed = Partial<Omit<WireAppTeam, "owner">> & {
  /** Name of the team. */
  name: string;
};

/** Options for starting an emulator. */
export interface EmulatorOptions {
  /** Port on loopback; 0 takes a free one. Default 0. */
  port?: number;
  /** Folder for apps, files and logs, kept afterwards. Default: a temporary one, removed by `close()`. */
  data?: string;
  /** The API key. Default `emulator-token`. */
  token?: string;
  /** Seconds between two writes of the same kind; 0 disables these limits. Default 3. */
  writeWindowSeconds?: number;
  /** Requests per minute for the whole account; 0 disables this limit. Default 180. */
  requestsPerMinute?: number;
  /** Milliseconds added to each response of the API. Default 0. */
  latencyMs?: number;
  /** Seconds that an app needs before its process starts. Default 0. */
  bootSeconds?: number;
  /** `false` accepts apps without running them. Default true. */
  run?: boolean;
  /** With `run: false`: seconds after which each app exits by itself; it restarts if auto-restart is enabled. Default: never. */
  exitAfterSeconds?: number;
  /**
   * Shape of responses: `seed` is the older published one; `no-metrics` the newest one with `currentResourceMetrics: null`.
   * Default `current`.
   */
  shape?: "current" | "seed" | "no-metrics";
  /** Other interpretations where the published sources disagree. */
  variants?: Partial<Variants>;
  /** Teams of the account. Default none. */
  teams?: readonly TeamSeed[];
  /** Receives one line per notable event, such as a crash or a removed orphan. Default: none. */
  log?: (line: string) => void;
}

export interface Settings extends Required<Omit<EmulatorOptions, "data" | "variants">> {
  data: string | undefined;
  variants: Variants;
}

const DEFAULT_VARIANTS: Variants = {
  environmentUpdate: VARIANTS.environmentUpdate[0],
  user: VARIANTS.user[0],
  list: VARIANTS.list[0],
  createMetrics: VARIANTS.createMetrics[0],
  names: VARIANTS.names[0],
  afterCreate: VARIANTS.afterCreate[0],
  errorBody: VARIANTS.errorBody[0],
  startWhileStarting: VARIANTS.startWhileStarting[0],
};

const DEFAULTS = {
  port: 0,
  token: "emulator-token",
  writeWindowSeconds: 3,
  requestsPerMinute: 180,
  latencyMs: 0,
  bootSeconds: 0,
  exitAfterSeconds: Number.POSITIVE_INFINITY,
  run: true,
  shape: "current",
  teams: [],
  log: () => {},
} as const;

/** Applies the defaults. An explicit `undefined` counts as omitted. */
export function settingsFrom(options: EmulatorOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { data: undefined, ...DEFAULTS, ...given, variants: { ...DEFAULT_VARIANTS, ...options.variants } };
}
