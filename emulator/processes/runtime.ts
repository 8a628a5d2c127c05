/** Owns how an app is run: its programs, its environment, and the install of its dependencies. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { AppRecord } from "../apps/record";
import type { AppPaths } from "../apps/store";
import { isObject } from "../json";

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

const PASSED_ON = ["HOME", "LANG", "SystemRoot", "USERPROFILE", "PATHEXT", "ComSpec"];
const SECRET = /^(CAMPOSCLOUD|PULUMI)_/i;
/** Set by `npx` and `npm run` for the outer project; they would bend an install in another folder. */
const OUTER_NPM = /^(npm_config_(local_prefix|global|workspaces?)|npm_(package|lifecycle)_.*|INIT_CWD)$/i;

/** Variables of an app: a few of the user's, then its own, then what the emulator must decide. */
export function appEnvironment(app: AppRecord, paths: AppPaths): Record<string, string> {
  const own = Object.fromEntries(app.variables.map(({ key, value }) => [key, value]));
  const environment = { ...pick(PASSED_ON), PATH: searchPath(paths), ...own };
  if (app.runtime === "python") Object.assign(environment, pythonPath(paths, own["PYTHONPATH"]));
  return { ...environment, PORT: String(app.port), TMPDIR: paths.temporary };
}

/** Variables of an installer: the user's (registries, proxies, caches) without keys of CamposCloud and Pulumi. */
export function installEnvironment(paths: AppPaths): Record<string, string> {
  const names = Object.keys(process.env).filter((name) => !SECRET.test(name) && !OUTER_NPM.test(name));
  return { ...pick(names), PATH: searchPath(paths), TMPDIR: paths.temporary };
}

function pick(names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function pythonPath(paths: AppPaths, own: string | undefined): Record<string, string> {
  return { PYTHONPATH: own ? `${paths.packages}${delimiter}${own}` : paths.packages };
}

/** The app's own programs first; this Node last, for machines where it is not on the PATH. */
function searchPath(paths: AppPaths): string {
  const user = process.env["PATH"] ?? "";
  return [join(paths.packages, "bin"), user, pythonFolder(paths), dirname(process.execPath)]
    .filter(Boolean)
    .join(delimiter);
}

export interface Install {
  file: string;
  args: string[];
  /** Remembers what was installed, so that a restart does not install again. */
  finish(): void;
}

/** The install that is due before the app starts, if any. */
export function dueInstall(app: AppRecord, paths: AppPaths): Install | undefined {
  const plan = app.runtime === "python" ? pipInstall(paths) : npmInstall(paths);
  if (!plan) return undefined;
  const stamp = join(paths.root, "installed");
  // Taken anew after the install, since npm writes a lock file when there was none.
  const wanted = () => createHash("sha256").update(plan.manifests.map(read).join("\0")).digest("hex");
  if (existsSync(plan.result) && read(stamp) === wanted()) return undefined;
  return { file: plan.file, args: plan.args, finish: () => writeFileSync(stamp, wanted()) };
}

interface Plan {
  file: string;
  args: string[];
  /** Files that say what to install. */
  manifests: string[];
  /** The folder that exists after it. */
  result: string;
}

function pipInstall(paths: AppPaths): Plan | undefined {
  const manifest = join(paths.files, "requirements.txt");
  if (
    !read(manifest)
      ?.split("\n")
      .some((line) => /^\s*[^#\s]/.test(line))
  )
    return undefined;
  const quiet = ["--disable-pip-version-check", "--no-input", "--upgrade"];
  const args = ["-m", "pip", "install", ...quiet, "--target", paths.packages, "-r", manifest];
  return { file: pythonProgram(), args, manifests: [manifest], result: paths.packages };
}

function npmInstall(paths: AppPaths): Plan | undefined {
  const [manifest, lock] = [join(paths.files, "package.json"), join(paths.files, "package-lock.json")];
  const text = read(manifest);
  if (!text || !hasDependencies(text)) return undefined;
  const args = [existsSync(lock) ? "ci" : "install", "--no-audit", "--no-fund"];
  return { file: "npm", args, manifests: [manifest, lock], result: join(paths.files, "node_modules") };
}

function hasDependencies(text: string): boolean {
  try {
    const manifest: unknown = JSON.parse(text);
    const lists = isObject(manifest)
      ? [manifest["dependencies"], manifest["devDependencies"], manifest["optionalDependencies"]]
      : [];
    return lists.some((list) => isObject(list) && Object.keys(list).length > 0);
  } catch {
    // Not JSON: npm says so better than we could, so let it try.
    return true;
  }
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
