/** The plugin for dynamic resources, `pulumi-resource-pulumi-nodejs`, which is part of the SDK's npm package. */
import { cpSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const LAUNCHER = "pulumi-resource-pulumi-nodejs";

/** The folder of an installed npm package. */
export function packageFolder(name: string): string {
  return dirname(createRequire(__filename).resolve(`${name}/package.json`));
}

/** The folder to add to the PATH if the CLI has no launcher next to it. */
export function launcherFolder(): string {
  return packageFolder("@pulumi/pulumi");
}

/** Puts the launcher (on Windows a `.cmd`) next to a CLI: if it is only on the PATH, each command prints a warning. */
export function copyLauncher(to: string): void {
  const from = launcherFolder();
  for (const name of readdirSync(from).filter((each) => each.startsWith(LAUNCHER))) {
    cpSync(join(from, name), join(to, name));
  }
}
