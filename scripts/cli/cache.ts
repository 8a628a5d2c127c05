/** The cache for CLIs that were built on this machine. */
import { mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CLI_VERSION, HOST_VERSION } from "./versions";

const UNFINISHED = ".unfinished-";

/** The user's cache folder for this project on this platform. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(userCache(env), "pulumi-camposcloud");
}

/** The folder of the built CLI, one per version and platform. */
export function builtCliFolder(env: NodeJS.ProcessEnv): string {
  const name = `pulumi-${CLI_VERSION}-host-${HOST_VERSION}-${process.platform}-${process.arch}`;
  return join(cacheFolder(env), name);
}

/** A new folder to build in, on the same file system as the cache; the remains of broken builds are removed. */
export function newBuildFolder(env: NodeJS.ProcessEnv): string {
  const cache = cacheFolder(env);
  for (const name of readdirSync(cache)) {
    if (name.startsWith(UNFINISHED)) rmSync(join(cache, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(cache, UNFINISHED));
}

/** Moves a finished build into place atomically, so that an incomplete one is never found there. */
export function publish(finished: string, place: string): void {
  rmSync(place, { recursive: true, force: true });
  renameSync(finished, place);
}

function userCache(env: NodeJS.ProcessEnv): string {
  const home = env["HOME"] || homedir();
  if (env["XDG_CACHE_HOME"]) return env["XDG_CACHE_HOME"];
  if (process.platform === "darwin") return join(home, "Library", "Caches");
  if (process.platform === "win32") return env["LOCALAPPDATA"] || join(home, "AppData", "Local");
  return join(home, ".cache");
}
