/** The demo's own folder: a copy of the project to change, Pulumi's state and home, the emulator's data. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

/** The repository that the demo belongs to. */
export const repository = join(__dirname, "..", "..");

/** The program that the repository's Pulumi.yaml names in `main`. */
export const program = join("examples", "hello-node");

export interface Workspace {
  /** Everything is in here. */
  folder: string;
  /** The copy of the project: Pulumi.yaml and its program. */
  project: string;
  /** The Pulumi variables that keep the demo away from the user's own stacks. */
  settings: Record<string, string>;
  remove(): void;
}

export function makeWorkspace(): Workspace {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "camposcloud-demo-"));
  const project = join(folder, "project");
  copyProject(project);
  const state = join(folder, "state");
  mkdirSync(state);
  return {
    folder,
    project,
    settings: {
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      PULUMI_HOME: join(folder, "pulumi-home"),
      PULUMI_CONFIG_PASSPHRASE: "demo",
    },
    // A process that has just been stopped may still be closing its last file.
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  };
}

function copyProject(project: string): void {
  cpSync(join(repository, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
  cpSync(join(repository, program), join(project, program), {
    recursive: true,
    filter: (path) => basename(path) !== "node_modules",
  });
  symlinkSync(join(repository, "node_modules"), join(project, "node_modules"), "junction");
}
