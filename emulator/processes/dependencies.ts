/** Owns the install of an app's dependencies: whether its manifest has any, and with which command. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../api/body";
import type { AppRecord } from "../apps/record";
import type { AppPaths } from "../apps/store";
import { pythonProgram } from "./runtime";

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
