/** Reads and changes the PATH of an environment. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, join, sep } from "node:path";

/** `pulumi` as a file name of this platform. */
export function executableName(program: string): string {
  return process.platform === "win32" ? `${program}.exe` : program;
}

/** The path of the program in the folder; undefined if there is no executable one. */
export function programIn(folder: string, program: string): string | undefined {
  const file = join(folder, executableName(program));
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

/** The folders of the PATH, in order. Windows spells the variable `Path`. */
export function pathFolders(env: NodeJS.ProcessEnv): string[] {
  return (env[pathKey(env)] ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** A copy of the environment with these folders as its PATH. */
export function withPath(env: NodeJS.ProcessEnv, folders: string[]): NodeJS.ProcessEnv {
  return { ...env, [pathKey(env)]: [...new Set(folders)].join(delimiter) };
}

/**
 * Whether `pulumi` in the folder is the npm package's launcher (npm puts `node_modules/.bin` first on the PATH). It downloads
 * the CLI on its first call, so running it to get its version could hang or download 100 MB.
 */
export function holdsNpmStarter(folder: string): boolean {
  try {
    return realpathSync(join(folder, "pulumi")).split(sep).includes("node_modules");
  } catch {
    return false;
  }
}

function pathKey(env: NodeJS.ProcessEnv): string {
  return Object.keys(env).find((key) => key.toLowerCase() === "path") ?? "PATH";
}
