#!/usr/bin/env node
/** Owns the command line of the emulator: flags, the ready line, signals. */
import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import type { EmulatorOptions } from "./options";
import { type Emulator, startEmulator } from "./server";

const HELP = `Usage: camposcloud-emulator [flags]

  --port N                 port on loopback; 0 takes a free one (default 7070)
  --data DIR               folder for apps, files and logs, kept afterwards (default: a temporary one)
  --token T                the API key (default emulator-token)
  --write-window SECONDS   seconds between two writes of one kind; 0 turns these limits off (default 3)
  --requests-per-minute N  limit of the whole account; 0 turns it off (default 180)
  --latency MS             milliseconds added to each answer of the API (default 0)
  --boot SECONDS           seconds that an app needs before its process starts (default 0)
  --no-run                 accept apps without running them
  --shape current|seed     answer in the newest published shape, or in the older one (default current)
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
  shape: { type: "string" },
  help: { type: "boolean" },
} as const;

function optionsFrom(args: string[]): EmulatorOptions | undefined {
  const { values } = parseArgs({ args, options: FLAGS, strict: true });
  if (values.help) return undefined;
  const number = (flag: "port" | "write-window" | "requests-per-minute" | "latency" | "boot") => {
    const text = values[flag];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value) || value < 0)
      throw new Error(`--${flag} must be a number, 0 or more.`);
    return value;
  };
  return {
    port: number("port"),
    data: values.data,
    token: values.token || undefined,
    writeWindowSeconds: number("write-window"),
    requestsPerMinute: number("requests-per-minute"),
    latencyMs: number("latency"),
    bootSeconds: number("boot"),
    run: !values["no-run"],
    shape: shape(values.shape),
    log: (line) => console.error(line),
  };
}

function shape(text: string | undefined): EmulatorOptions["shape"] {
  if (text === undefined || text === "current" || text === "seed") return text;
  throw new Error("--shape must be current or seed.");
}

/** Also a start under way is ended in order: it may be starting apps already. */
function closeOnSignals(starting: Promise<Emulator>): void {
  const close = () => void starting.then((emulator) => emulator.close()).then(() => process.exit(0));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, close);
}

async function main(): Promise<void> {
  const options = optionsFrom(process.argv.slice(2));
  if (!options) return void process.stdout.write(HELP);
  if (options.run) {
    console.error(
      `Warning: apps sent to this emulator run on this machine as ${userInfo().username}, with all of that user's rights.`,
    );
  }
  const starting = startEmulator(options);
  closeOnSignals(starting);
  announce(await starting);
}

function announce({ url }: Emulator): void {
  console.error(`Dashboard: ${url}/`);
  process.stdout.write(`CamposCloud emulator ready on ${url}\n`);
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`camposcloud-emulator: ${message.replace(/\s*\n\s*/g, " ")}`);
  process.exitCode = 1;
});
