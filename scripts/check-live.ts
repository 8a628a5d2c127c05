/** `npm run check-live [-- --write]`: compares the assumptions of this project with the real platform. */
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { messageOf } from "../provider/errors";
import { Api } from "./check-live/api";
import { CannotCheckError, checkReading } from "./check-live/read";
import { Report } from "./check-live/report";
import { checkWriting } from "./check-live/write";

const usage = `Usage: npm run check-live [-- --write] [-- --memory MB]

Compares what this project assumes about CamposCloud's API with what it answers, and prints a table. The key comes from
CAMPOSCLOUD_TOKEN, the address from CAMPOSCLOUD_BASE_URL. Without --write it only reads.

  --write      also makes one small app, changes it and deletes it; asks first
  --memory MB  of that app; default: 256
  --help       this text

Exit codes: 0 every assumption that was checked holds; 1 at least one does not; 2 nothing could be checked; 130 interrupted.
`;

const exitCodes = { fine: 0, differs: 1, notChecked: 2, interrupted: 130 };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      write: { type: "boolean", default: false },
      memory: { type: "string", default: "256" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return exitCodes.fine;
  }
  const settings = settingsOf(process.env);
  const interrupted = abortOnSignals();
  const report = new Report();
  const api = new Api(settings, interrupted);
  try {
    await checkReading(api, report);
    if (values.write)
      await write({ api, report, settings, memoryMB: Number(values.memory), signal: interrupted });
  } catch (error) {
    if (!interrupted.aborted && error instanceof CannotCheckError) throw error;
    say(interrupted.aborted ? "Interrupted." : `The run was aborted: ${messageOf(error)}`);
    process.stdout.write(`${report.text(values)}\n`);
    return interrupted.aborted ? exitCodes.interrupted : exitCodes.differs;
  }
  process.stdout.write(`${report.text(values)}\n`);
  return report.differs() ? exitCodes.differs : exitCodes.fine;
}

interface Settings {
  baseUrl: string;
  token: string;
  appUrl: string;
  writeIntervalMs: number;
}

function settingsOf(env: NodeJS.ProcessEnv): Settings {
  const token = env["CAMPOSCLOUD_TOKEN"]?.trim();
  if (!token) throw new CannotCheckError("No API key for CamposCloud. Set CAMPOSCLOUD_TOKEN.");
  return {
    token,
    baseUrl: (env["CAMPOSCLOUD_BASE_URL"] || "https://api.camposcloud.com").replace(/\/+$/, ""),
    appUrl: env["CAMPOSCLOUD_APP_URL"] || "https://{subdomain}.camposcloud.app",
    // A little more than the limit, which the server measures.
    writeIntervalMs: Number(env["CAMPOSCLOUD_WRITE_INTERVAL_SECONDS"] || "3.3") * 1000,
  };
}

interface Order {
  api: Api;
  report: Report;
  settings: Settings;
  memoryMB: number;
  signal: AbortSignal;
}

async function write({ api, report, settings, memoryMB, signal }: Order): Promise<void> {
  const name = `check-live-${randomBytes(4).toString("hex")}`;
  say(
    `This creates one app, ${name}, of ${memoryMB} MB in the account at ${settings.baseUrl}, changes it and deletes it.`,
  );
  if ((await ask("Type yes to continue: ", signal)) !== "yes")
    throw new CannotCheckError("Nothing was written.");
  await checkWriting({
    api,
    report,
    name,
    memoryMB,
    appUrl: settings.appUrl,
    signal,
    patienceMs: 180_000,
    say,
  });
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin });
  signal.addEventListener("abort", () => lines.close(), { once: true });
  try {
    for await (const line of lines) return line.trim();
    return "";
  } finally {
    lines.close();
  }
}

/** The listener also prevents a second Ctrl-C from ending this process before the app is deleted. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => controller.abort());
  return controller.signal;
}

/** Progress; only the table goes to stdout. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

main().then(
  (code) => process.exit(code),
  (error) => {
    say(`check-live: ${messageOf(error)}`);
    process.exit(exitCodes.notChecked);
  },
);
