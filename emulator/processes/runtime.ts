/** Owns how an app is run: its command, its environment, and the installation of its dependencies. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { AppRecord } from "../apps/record";
import type { AppPaths } from "../apps/store";
import { isObject } from "../wire";

/** A program with arguments, or a shell command. */
export type Run = { file: string; args: string[] } | string;

const onWindows = process.platform === "win32";

/** How a main file is run if the app has no startup command. */
export function mainFileCommand(app: AppRecord, paths: AppPaths): Run {
  return app.runtime === "python"
    ? { file: pythonOf(paths), args: ["-u", app.mainFile] }
    : { file: process.execPath, args: [join(".", app.mainFile)] };
}

/** The folder of programs in the virtual environment of a Python app, including those of its packages. */
const programsOf = (paths: AppPaths) => join(paths.packages, onWindows ? "Scripts" : "bin");
const pythonOf = (paths: AppPaths) => join(programsOf(paths), onWindows ? "python.exe" : "python");

/** The Python of the machine, which creates the virtual environments. */
function machinePython(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const found = folders.map((folder) => join(folder, "python3")).find((path) => existsSync(path));
  return onWindows ? "python" : (found ?? "python");
}

const PASSED_ON = ["HOME", "LANG", "SystemRoot", "USERPROFILE", "PATHEXT", "ComSpec"];
const SECRET = /^(CAMPOSCLOUD|PULUMI)_/i;
/** Set by `npx` and `npm run` for the outer project; they would affect an installation in another folder. */
const OUTER_NPM =
  /^(npm_config_(local_prefix|global|workspaces?)|npm_(package|lifecycle)_.*|INIT_CWD|NODE_ENV)$/i;
/** They would install packages elsewhere, or make those of the machine visible to the app. */
const OUTER_PYTHON =
  /^(PYTHON(PATH|HOME|USERBASE)|PIP_(TARGET|PREFIX|ROOT|USER|REQUIRE_VIRTUALENV)|VIRTUAL_ENV)$/i;

/** Variables of an app: a few of the user's, then its own, then those that the emulator sets. */
export function appEnvironment(app: AppRecord, paths: AppPaths): Record<string, string> {
  const own = Object.fromEntries(app.variables.map(({ key, value }) => [key, value]));
  const environment: Record<string, string> = { ...pick(PASSED_ON), PATH: searchPath(app, paths), ...own };
  if (app.runtime === "python") environment["VIRTUAL_ENV"] = paths.packages;
  return { ...environment, PORT: String(app.port), TMPDIR: paths.temporary };
}

/** Variables of an installer: the user's (registries, proxies, caches) without keys of CamposCloud and Pulumi. */
export function installEnvironment(app: AppRecord, paths: AppPaths): Record<string, string> {
  const kept = (name: string) => ![SECRET, OUTER_NPM, OUTER_PYTHON].some((pattern) => pattern.test(name));
  const names = Object.keys(process.env).filter(kept);
  return { ...pick(names), PATH: searchPath(app, paths), TMPDIR: paths.temporary };
}

function pick(names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** The app's own programs first; this Node.js last, in case it is not on the PATH. */
function searchPath(app: AppRecord, paths: AppPaths): string {
  const own = app.runtime === "python" ? programsOf(paths) : "";
  return [own, process.env["PATH"] ?? "", dirname(process.execPath)].filter(Boolean).join(delimiter);
}

interface Step {
  run: Run;
  /** The command as shown by the API; undefined for additional steps of the emulator. */
  announced?: string;
}

interface Plan {
  steps: Step[];
  /** Files that define what to install. */
  manifests: string[];
  /** Exists after the installation. */
  result: string;
}

export interface Install {
  steps: Step[];
  /** Records what was installed, so that a restart does not install again. */
  finish(): void;
}

/** The installation that is required before the app starts, if any. */
export function dueInstall(app: AppRecord, paths: AppPaths): Install | undefined {
  const plan = app.runtime === "python" ? pythonPlan(app, paths) : npmPlan(paths);
  if (!plan) return undefined;
  const stamp = join(paths.root, "installed");
  // Computed again after the installation, since npm creates a missing lock file.
  const wanted = () => digest([paths.root, JSON.stringify(plan.steps), ...plan.manifests.map(read)]);
  if (existsSync(plan.result) && read(stamp) === wanted()) return undefined;
  return { steps: plan.steps, finish: () => writeFileSync(stamp, wanted()) };
}

function digest(parts: (string | undefined)[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex");
}

/** Every Python app has a virtual environment: as in a container, it only sees its own packages. */
function pythonPlan(app: AppRecord, paths: AppPaths): Plan {
  const manifest = join(paths.files, "requirements.txt");
  const requires = /^\s*[^#\s]/m.test(read(manifest) ?? "");
  // Installing pip takes seconds, so it is omitted if nothing can use it.
  const needsPip = requires || /\bpip3?\b/.test(app.customCommand ?? "");
  const make = ["-m", "venv", "--clear", ...(needsPip ? [] : ["--without-pip"]), paths.packages];
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", "requirements.txt"];
  const install = { run: { file: pythonOf(paths), args: pip }, announced: "pip install -r requirements.txt" };
  const steps: Step[] = [{ run: { file: machinePython(), args: make } }, ...(requires ? [install] : [])];
  return { steps, manifests: [manifest], result: pythonOf(paths) };
}

/** A shell command, since npm is a batch file on Windows, which only a shell can run. */
function npmPlan(paths: AppPaths): Plan | undefined {
  const [manifest, ...locks] = ["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock"].map(
    (name) => join(paths.files, name),
  );
  const text = manifest && read(manifest);
  if (!text || !hasDependencies(text)) return undefined;
  const steps = [{ run: "npm install --no-audit --no-fund", announced: "npm install" }];
  return { steps, manifests: [manifest, ...locks], result: join(paths.files, "node_modules") };
}

function hasDependencies(text: string): boolean {
  try {
    const manifest: unknown = JSON.parse(text);
    const lists = isObject(manifest)
      ? [manifest["dependencies"], manifest["devDependencies"], manifest["optionalDependencies"]]
      : [];
    return lists.some((list) => isObject(list) && Object.keys(list).length > 0);
  } catch {
    // Not JSON: npm reports that best.
    return true;
  }
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** The line with the installer's error message: the last one of pip, the first one of npm. */
export function installerReason(output: string): string | undefined {
  const lines = output.split("\n").map((line) => line.trim());
  const pip = lines.filter((line) => /^(ERROR|error): /.test(line)).pop();
  const npm = lines.filter((line) => /^npm (error|ERR!) /.test(line));
  // Its first lines are codes; a sentence follows.
  return pip ?? npm.find((line) => !/ (code|errno|syscall|path) /.test(line)) ?? npm[0];
}
