/** `npm run pulumi -- <args>`: runs the Pulumi CLI that the demo and the tests use. */
import { spawn } from "node:child_process";
import { ensurePulumi } from "./pulumi-cli";

async function main(): Promise<void> {
  const cli = await ensurePulumi();
  const child = spawn(cli.pulumi, process.argv.slice(2), { stdio: "inherit", env: cli.env });
  // In a terminal the child receives Ctrl-C itself; forwarding it would be a second one, which makes pulumi abort its
  // operations. The listener keeps this process running until the child has exited.
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
