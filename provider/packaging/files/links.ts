/** Validates symbolic links: they are followed while they stay inside the source and form no cycle. */
import { realpathSync } from "node:fs";
import { sep } from "node:path";
import { fileError, isSystemError, quote, SourceError } from "./source-error";

/** The real folders from the root of the source down to the one being walked. */
export interface RealFolder {
  real: string;
  outer?: RealFolder;
}

/** The real path that the link at `absolute` points to. Refuses a link that is broken, leaves the source or forms a cycle. */
export function followLink(absolute: string, path: string, folder: RealFolder): string {
  const real = targetOf(absolute, path);
  const root = rootOf(folder).real;
  const inside = root.endsWith(sep) ? root : root + sep;
  if (real !== root && !real.startsWith(inside)) {
    throw linkError(path, `leads out of the source, to ${quote(real)}. Copy what it points to`);
  }
  for (let outer: RealFolder | undefined = folder; outer; outer = outer.outer) {
    if (outer.real === real)
      throw linkError(path, "leads back to a folder that contains it (a cycle). Remove it");
  }
  return real;
}

function targetOf(absolute: string, path: string): string {
  try {
    return realpathSync.native(absolute);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR")
      throw linkError(path, "points to a path that does not exist. Remove it");
    if (error.code === "ELOOP") throw linkError(path, "leads back to itself (a cycle). Remove it");
    throw fileError(error, path);
  }
}

function rootOf(folder: RealFolder): RealFolder {
  let root = folder;
  while (root.outer) root = root.outer;
  return root;
}

function linkError(path: string, problem: string): SourceError {
  return new SourceError(
    "link",
    path,
    `The link ${quote(path)} ${problem}, or leave it out with \`ignore\`.`,
  );
}
