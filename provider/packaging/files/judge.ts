/** Decides what becomes of one name in a folder: left out, a file, a folder to enter, or refused. */
import { type Dirent, lstatSync, type Stats, statSync } from "node:fs";
import { sep } from "node:path";
import type { Listing } from "./file-list";
import { type Rules, verdict } from "./ignore";
import { followLink, type RealFolder } from "./links";
import { checkName } from "./names";
import { unsupported } from "./read-file";
import { fileError, isSystemError, quote, SourceError } from "./source-error";
import type { Pace } from "./yield";

export interface Walk {
  listing: Listing;
  /** Name of the ignore files that serve. */
  ignoreFile: string;
  /** The argument `ignore`: stronger than every ignore file. */
  strongest: Rules;
  pace: Pace;
}

/** A folder on the way down. */
export interface Folder {
  absolute: string;
  /** Path in the zip with a slash at its end; "" at the root. */
  path: string;
  real: RealFolder;
  /** From the ignore files of this folder's parents, and the always-left-out list. */
  rules: Rules;
}

/** A name that goes in. */
export interface Kept {
  name: string;
  /** Path in the zip. */
  path: string;
  absolute: string;
  /** Set for a folder. */
  real?: RealFolder;
}

/** Undefined: ignored. What is ignored may be as odd as it likes. */
export function judge(entry: Dirent, walk: Walk, folder: Folder): Kept | undefined {
  const { name } = entry;
  const kept = { name, path: folder.path + name, absolute: folder.absolute + sep + name };
  if (!entry.isFile() && !entry.isDirectory()) return judgeSpecial(kept, walk, folder);
  const isFolder = entry.isDirectory();
  if (isIgnored(kept.path, isFolder, { walk, folder })) return undefined;
  checkKept(kept);
  return isFolder ? { ...kept, real: { real: folder.real.real + sep + name, outer: folder.real } } : kept;
}

function isIgnored(path: string, isFolder: boolean, place: { walk: Walk; folder: Folder }): boolean {
  return (
    verdict(place.walk.strongest, path, isFolder) ?? verdict(place.folder.rules, path, isFolder) ?? false
  );
}

function checkKept({ name, path, absolute }: Kept): void {
  checkName(name, path);
  // Node puts U+FFFD for bytes that are no UTF-8, and then cannot find the file under that name.
  if (name.includes("\uFFFD") && !lstatSync(absolute, { throwIfNoEntry: false })) {
    throw new SourceError(
      "unsafe-name",
      path,
      `The name ${quote(path)} is not valid UTF-8. Rename it, or leave it out with \`ignore\`.`,
    );
  }
}

// Links, and names whose type the file system did not tell along with them.
function judgeSpecial(kept: Kept, walk: Walk, folder: Folder): Kept | undefined {
  const isLink = read(lstatSync, kept).isSymbolicLink();
  const target = behind(kept.absolute);
  if (isIgnored(kept.path, target?.isDirectory() ?? false, { walk, folder })) return undefined;
  checkKept(kept);
  if (isLink) walk.listing.countLink(kept.path);
  const real = isLink
    ? followLink(kept.absolute, kept.path, folder.real)
    : folder.real.real + sep + kept.name;
  const stats = target ?? read(statSync, kept);
  if (stats.isDirectory()) return { ...kept, real: { real, outer: folder.real } };
  if (stats.isFile()) return kept;
  throw unsupported(kept.path, stats);
}

function read(look: (absolute: string) => Stats, { absolute, path }: Kept): Stats {
  try {
    return look(absolute);
  } catch (error) {
    throw fileError(error, path);
  }
}

// A link to nothing or in a circle may yet be ignored, so it is no error here.
function behind(absolute: string): Stats | undefined {
  try {
    return statSync(absolute);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
