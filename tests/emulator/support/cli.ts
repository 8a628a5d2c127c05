/** Owns running the emulator's command line as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { clientOf, until } from "./client";

const ROOT = join(__dirname, "..", "..", "..");
const started: ChildProcess[] = [];

export interface CliRun {
  child: ChildProcess;
  /** What it has written so far. */
  stdout: () => string;
  stderr: () => string;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

/** `temporary` becomes its TMPDIR, to separate its temporary folder from those of other tests. */
export function runCliIn(temporary: string, ...args: string[]): CliRun {
  const command = ["-r", "ts-node/register/transpile-only", join("emulator", "cli.ts"), ...args];
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (part) => {
    text.out += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part) => {
    text.err += part;
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  return { child, stdout: () => text.out, stderr: () => text.err, ended };
}

/** Waits for the ready line and returns a client for the address in it. */
export async function ready(run: CliRun, token = "emulator-token") {
  void run.ended.then(({ code }) => code && console.error(run.stderr()));
  await until("the emulator is ready", () => run.stdout().includes("\n") || run.child.exitCode !== null);
  const url = /^CamposCloud emulator ready on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(run.stdout())?.[1];
  if (!url) throw new Error(`No ready line: ${JSON.stringify(run.stdout())} ${run.stderr()}`);
  return { url, port: Number(new URL(url).port), api: clientOf({ url, token }) };
}

/** To be called after each test: stops processes that are still running, including their apps. */
export async function endAll(): Promise<void> {
  const running = started.splice(0).filter((child) => child.exitCode === null && child.signalCode === null);
  await Promise.all(
    running.map((child) => {
      const ended = once(child, "close");
      child.kill("SIGTERM");
      return ended;
    }),
  );
}
