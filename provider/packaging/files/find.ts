/** Finds what a path of the user points to. */
import { type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileError, isSystemError, quote, SourceError } from "./source-error";

/** Refuses a path with nothing there. */
export function find(path: string, baseDir: string): { absolute: string; stats: Stats } {
  const absolute = resolve(baseDir, path);
  try {
    return { absolute, stats: statSync(absolute) };
  } catch (error) {
    if (!isSystemError(error) || (error.code !== "ENOENT" && error.code !== "ENOTDIR"))
      throw fileError(error, path);
    const problem = `${quote(path)} does not exist: nothing is at ${quote(absolute)}.`;
    throw new SourceError(
      "missing",
      path,
      `${problem} Give a path relative to ${quote(baseDir)}, or an absolute one.`,
    );
  }
}
