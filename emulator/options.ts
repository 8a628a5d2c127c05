/** Owns what an emulator can be told at its start, and the defaults. */
import type { WireAppTeam } from "./wire";

/** Where published sources disagree about the API, the reading that the emulator follows. */
export interface Variants {
  /** What `environmentVariables` of an update does to the saved list. Default `replace`. */
  environmentUpdate: "replace" | "merge";
  /** `GET /v1/users/@me`: `{ user }` or the bare user. Default `wrapped`. */
  user: "wrapped" | "bare";
  /** `GET /v1/apps`: totals beside the apps, a bare array, or totals inside each app. Default `wrapped`. */
  list: "wrapped" | "bare" | "totals-in-items";
  /** `currentResourceMetrics` in the answer to create. Default `present`. */
  createMetrics: "present" | "null" | "absent";
  /** `ascii-only` answers 500 to names outside ASCII letters, digits, `-` and `_`. Default `any`. */
  names: "any" | "ascii-only";
  /** Whether a new app is started by create. Default `online`. */
  afterCreate: "online" | "offline";
  /** Error bodies carry `error` and `message`, or `error` alone. Default `both`. */
  errorBody: "both" | "error-only";
  /** A `start` of an app that is still booting, installing or starting: taken as done, or refused with 409. Default `accepted`. */
  startWhileStarting: "accepted" | "refused";
}

/** The readings of each point; the first is the default. */
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

/** A team that the account belongs to. What is left out gets a plausible value. */
export type TeamSeed = Partial<Omit<WireAppTeam, "owner">> & {
  /** Name of the team. */
  name: string;
};

/** How an emulator is started; everything has a default. */
export interface EmulatorOptions {
  /** Port on loopback; 0 takes a free one. Default 0. */
  port?: number;
  /** Folder for apps, files and logs, kept afterwards. Default: a temporary one, removed by `close()`. */
  data?: string;
  /** The one API key. Default `emulator-token`. */
  token?: string;
  /** Seconds between two writes of one kind; 0 turns these limits off. Default 3. */
  writeWindowSeconds?: number;
  /** Requests a minute of the whole account; 0 turns this limit off. Default 180. */
  requestsPerMinute?: number;
  /** Milliseconds added to each answer of the API. Default 0. */
  latencyMs?: number;
  /** Seconds that an app needs before its process starts. Default 0. */
  bootSeconds?: number;
  /** False: accept apps without running them. Default true. */
  run?: boolean;
  /** With `run: false`: each app ends by itself this long after it came online, and starts again if told to. Default: it stays online. */
  exitAfterSeconds?: number;
  /**
   * `seed` answers in the older published shape; `no-metrics` in the newest one, but with `currentResourceMetrics: null` everywhere.
   * Default `current`.
   */
  shape?: "current" | "seed" | "no-metrics";
  /** Other readings of the points where the sources disagree. */
  variants?: Partial<Variants>;
  /** Teams of the account. Default none. */
  teams?: readonly TeamSeed[];
  /** Receives one line per event worth telling (an app crashed, an orphan was removed). Default: silence. */
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

/** Fills in the defaults. An explicit `undefined` counts as left out. */
export function settingsFrom(options: EmulatorOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { data: undefined, ...DEFAULTS, ...given, variants: { ...DEFAULT_VARIANTS, ...options.variants } };
}
