#!/usr/bin/env node
/** Owns the command line of the emulator: the ready line, signals, errors. */
import { userInfo } from "node:os";
import { HELP, optionsFrom } from "./flags";
import { type Emulator, startEmulator } from "./server";

/** Waits for a start in progress, which may already be starting apps. */
function closeOnSignals(starting: Promise<Emulator>): void {
  const close = () =>
    void starting
      .then((emulator) => emulator.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          report(error);
          process.exit(1);
        },
      );
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, close);
}

/** Last resort: a bug in the emulator must not stop the running apps. */
function surviveMistakes(): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) =>
      console.error(`Bug in the emulator, please report it: ${error instanceof Error ? error.stack : error}`),
    );
  }
  // The reader of the output may have closed it.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
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
  surviveMistakes();
  announce(await starting);
}

function announce({ url, dashboardUrl, teams }: Emulator): void {
  for (const { id, name } of teams()) console.error(`Team ${JSON.stringify(name)}: ${id}`);
  console.error(`Dashboard: ${dashboardUrl}`);
  process.stdout.write(`CamposCloud emulator ready on ${url}\n`);
}

function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`camposcloud-emulator: ${message.replace(/\s*\n\s*/g, " ")}`);
}

main().catch((error: unknown) => {
  report(error);
  process.exitCode = 1;
});
