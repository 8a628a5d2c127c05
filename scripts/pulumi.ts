/** `npm run pulumi -- <args>`: the Pulumi CLI that the demo and the tests use, with nothing between it and the user. */
import { spawn } from "node:child_process";
import { ensurePulumi } from "./pulumi-cli";

async function main(): Promise<void> {
  const cli = await ensurePulumi();
  const child = spawn(cli.pulumi, process.argv.slice(2), { stdio: "inherit", env: cli.env });
  // At a terminal Ctrl-C reaches the child by itself; handing it on would be a second one, on which pulumi drops
  // what it is doing. Listening keeps this process here until the child has ended.
  process.on("SIGINT", (signal) => process.stdin.isTTY || child.kill(signal));
  process.on("SIGTERM", (signal) => child.kill(signal));
  process.on("SIGHUP", (signal) => child.kill(signal));
  child.on("error", fail);
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(error: Error): void {
  console.error(error.message);
  process.exit(1);
}

main().catch(fail);
