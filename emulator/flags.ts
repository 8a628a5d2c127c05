/** Owns the flags of the command line. */
import { parseArgs } from "node:util";
import { teamIdOf } from "./apps/account";
import { type EmulatorOptions, VARIANTS } from "./options";

export const HELP = `Usage: camposcloud-emulator [flags]

  --port N                 port on loopback; 0 takes a free one (default 7070)
  --data DIR               folder for apps, files and logs, kept afterwards (default: a temporary one)
  --token T                the API key (default emulator-token)
  --write-window SECONDS   seconds between two writes of one kind; 0 turns these limits off (default 3)
  --requests-per-minute N  limit of the whole account; 0 turns it off (default 180)
  --latency MS             milliseconds added to each answer of the API (default 0)
  --boot SECONDS           seconds that an app needs before its process starts (default 0)
  --no-run                 accept apps without running them
  --exit-after SECONDS     with --no-run: each app ends by itself this long after it came online
  --team NAME              a team of the account, whose id is printed; may be given again
  --shape SHAPE            current: the newest published shape; seed: the older one;
                           no-metrics: the newest one without measurements (default current)
  --variant NAME=READING   another reading of a point where the sources disagree; may be given again
  --help                   show this text
`;

const FLAGS = {
  port: { type: "string", default: "7070" },
  data: { type: "string" },
  token: { type: "string" },
  "write-window": { type: "string" },
  "requests-per-minute": { type: "string" },
  latency: { type: "string" },
  boot: { type: "string" },
  "no-run": { type: "boolean" },
  "exit-after": { type: "string" },
  team: { type: "string", multiple: true },
  shape: { type: "string" },
  variant: { type: "string", multiple: true },
  help: { type: "boolean" },
} as const;

/** Undefined for `--help`; throws an error with one sentence for invalid flags. */
export function optionsFrom(args: string[]): EmulatorOptions | undefined {
  const { values } = parseArgs({ args, options: FLAGS, strict: true });
  if (values.help) return undefined;
  const number = (
    flag: "port" | "write-window" | "requests-per-minute" | "latency" | "boot" | "exit-after",
  ) => {
    const text = values[flag];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value) || value < 0)
      throw new Error(`--${flag} must be a number, 0 or more.`);
    return value;
  };
  const port = number("port");
  if (port !== undefined && (!Number.isInteger(port) || port > 65_535))
    throw new Error("--port must be a whole number from 0 to 65535.");
  return {
    port,
    data: values.data,
    token: values.token || undefined,
    writeWindowSeconds: number("write-window"),
    requestsPerMinute: number("requests-per-minute"),
    latencyMs: number("latency"),
    bootSeconds: number("boot"),
    run: !values["no-run"],
    exitAfterSeconds: number("exit-after"),
    shape: shape(values.shape),
    teams: teams(values.team),
    variants: variants(values.variant),
    log: (line) => console.error(line),
  };
}

function shape(text: string | undefined): EmulatorOptions["shape"] {
  if (text === undefined || text === "current" || text === "seed" || text === "no-metrics") return text;
  throw new Error("--shape must be current, seed or no-metrics.");
}

function teams(names: string[] = []): EmulatorOptions["teams"] {
  if (names.some((name) => name.trim() === "")) throw new Error("--team must be a non-empty name.");
  if (new Set(names).size < names.length) throw new Error("--team has the same name twice.");
  return names.map((name) => ({ _id: teamIdOf(name), name }));
}

function variants(pairs: string[] = []): EmulatorOptions["variants"] {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", reading = ""] = pair.split("=");
      const readings = Object.entries<readonly string[]>(VARIANTS).find(([known]) => known === name)?.[1];
      if (readings?.includes(reading)) return [name, reading];
      const known = readings ? `${name}=${readings.join(" or ")}` : Object.keys(VARIANTS).join(", ");
      throw new Error(`--variant ${JSON.stringify(pair)} is not known; use ${known}.`);
    }),
  );
}
