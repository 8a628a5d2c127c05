/** Owns what processes get as environment: little for apps, the user's own for installers. */
import { delimiter, dirname, join } from "node:path";
import type { AppRecord } from "../apps/record";
import type { AppPaths } from "../apps/store";
import { pythonFolder } from "./runtime";

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
