/** The program that runs dynamic resources for the engine, `pulumi-resource-pulumi-nodejs`: part of the SDK's npm package. */
import { cpSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const LAUNCHER = "pulumi-resource-pulumi-nodejs";

/** The folder of an installed npm package. */
export function packageFolder(name: string): string {
  return dirname(createRequire(__filename).resolve(`${name}/package.json`));
}

/** The folder to put on the PATH where the CLI has no launcher beside it. */
export function launcherFolder(): string {
  return packageFolder("@pulumi/pulumi");
}

/** Puts the launcher, on Windows a `.cmd`, beside a CLI: one that is only on the PATH draws a warning at each command. */
export function copyLauncher(to: string): void {
  const from = launcherFolder();
  for (const name of readdirSync(from).filter((each) => each.startsWith(LAUNCHER))) {
    cpSync(join(from, name), join(to, name));
  }
}
