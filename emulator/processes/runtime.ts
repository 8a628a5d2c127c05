/** Owns which programs run apps: this Node, and the Python of the machine. */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { AppRecord } from "../apps/record";
import type { AppPaths } from "../apps/store";

/** How a main file is run when the app has no startup command of its own. */
export function mainFileCommand(app: AppRecord): { file: string; args: string[] } {
  return app.runtime === "python"
    ? { file: pythonProgram(), args: ["-u", app.mainFile] }
    : { file: process.execPath, args: [join(".", app.mainFile)] };
}

/** Startup commands say `python`; many machines have `python3` only. */
export function pythonFolder(paths: AppPaths): string {
  const python3 = find("python3");
  if (process.platform === "win32" || find("python") || !python3) return "";
  const folder = join(paths.root, "bin");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, "python"))) symlinkSync(python3, join(folder, "python"));
  return folder;
}

function find(program: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** The Python that runs main files and pip. */
export function pythonProgram(): string {
  return process.platform === "win32" ? "python" : (find("python3") ?? "python");
}
