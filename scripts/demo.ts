/** `npm run demo [-- --keep]`: runs the demo and cleans up after it. */
import { messageOf } from "../provider/errors";
import { type EmulatorProcess, startEmulatorProcess } from "./demo/emulator-process";
import { handOver } from "./demo/hand-over";
import type { PulumiRunner } from "./demo/run-pulumi";
import { deployAndChange, destroy } from "./demo/story";
import { bold, command, print, quote, step } from "./demo/transcript";
import { makeWorkspace } from "./demo/workspace";
import { ensurePulumi, type PulumiCli } from "./pulumi-cli";

const EXIT_INTERRUPTED = 130;

async function main(keep: boolean): Promise<number> {
  const begun = Date.now();
  print(bold("A real app, the real Pulumi engine, an emulated CamposCloud"));
  const cli = await ensurePulumi();
  print(`Pulumi ${cli.version} from ${cli.bin}`);
  const code = await inWorkspace(cli, keep);
  if (code === 0 && !keep) {
    print(`\n${bold("Done")} in ${Math.round((Date.now() - begun) / 1000)} s. Nothing is left behind.`);
  }
  return code;
}

/** Returns the exit code. */
async function inWorkspace(cli: PulumiCli, keep: boolean): Promise<number> {
  const workspace = makeWorkspace();
  const signal = abortOnSignals();
  let kept = false;
  try {
    kept = await inEmulator({ cli, workspace, signal }, keep);
    return 0;
  } catch (error) {
    print(`\n${signal.aborted ? "Interrupted." : messageOf(error)}`);
    return signal.aborted ? EXIT_INTERRUPTED : 1;
  } finally {
    if (!kept) workspace.remove();
  }
}

/** Returns whether the emulator and the stack were kept. */
async function inEmulator(runner: PulumiRunner, keep: boolean): Promise<boolean> {
  step(
    "Start the emulator",
    "CamposCloud on this machine, on a free port. It really installs and runs apps.",
  );
  command("camposcloud-emulator --port 0");
  const emulator = await startEmulatorProcess(runner.workspace, runner.signal);
  let kept = false;
  try {
    quote(emulator.readyLine);
    const url = await deployAndChange({ ...runner, emulator });
    if (keep) handOver({ workspace: runner.workspace, emulator, url });
    else await destroy({ ...runner, emulator });
    kept = keep;
    return kept;
  } catch (error) {
    if (!runner.signal.aborted) print(`\nThe emulator wrote:\n${emulator.log()}`);
    throw error;
  } finally {
    await end(emulator, kept);
  }
}

async function end(emulator: EmulatorProcess, kept: boolean): Promise<void> {
  if (kept) emulator.release();
  else await emulator.stop();
}

/** The listener also prevents a second Ctrl-C from ending this process before it has cleaned up. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => controller.abort());
  return controller.signal;
}

main(process.argv.includes("--keep")).then(
  (code) => process.exit(code),
  (error) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
