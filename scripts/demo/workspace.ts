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
  /** Contains everything else. */
  folder: string;
  /** The copy of the project: Pulumi.yaml and its program. */
  project: string;
  /** The temporary folder of all processes, so that the remains of a killed process are removed with the workspace. */
  temporary: Record<string, string>;
  /** Variables that separate the demo from the user's own stacks. */
  settings: Record<string, string>;
  remove(): void;
}

/** Copies these parts of a folder, by default the repository's own project, into a workspace. */
export function makeWorkspace(from = repository, parts = ["Pulumi.yaml", program]): Workspace {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "camposcloud-demo-"));
  const project = join(folder, "project");
  for (const part of parts) copy(join(from, part), join(project, part));
  symlinkSync(join(repository, "node_modules"), join(project, "node_modules"), "junction");
  const state = join(folder, "state");
  const temporary = join(folder, "tmp");
  for (const each of [state, temporary]) mkdirSync(each);
  return {
    folder,
    project,
    temporary: { TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    settings: {
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      PULUMI_HOME: join(folder, "pulumi-home"),
      PULUMI_CONFIG_PASSPHRASE: "demo",
    },
    // A process that was just stopped may still have open files.
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  };
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
}
