/** Lists the files of a folder in the order of their paths: ignored folders are not entered, problems are recorded. */
import {
  type Dirent,
  lstatSync,
  opendirSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
} from "node:fs";
import { sep } from "node:path";
import { byCodeUnit, type Listing } from "./file-list";
import { ignoringRule, parseIgnoreText, type Rules } from "./ignore";
import { followLink, type RealFolder } from "./links";
import { checkName, refuseSameNames } from "./names";
import { unsupported } from "./read-file";
import { fileError, isSystemError, quote, SourceError } from "./source-error";
import { decodeText } from "./text";
import type { Yielder } from "./yield";

export interface Walk {
  listing: Listing;
  /** Name of the ignore files that apply. */
  ignoreFile: string;
  /** The argument `ignore`, which takes precedence over ignore files. */
  strongest: Rules;
  yielder: Yielder;
}

/** A folder to list. */
export interface Folder {
  absolute: string;
  /** Path in the zip with a trailing slash; "" at the root. */
  path: string;
  real: RealFolder;
  /** From the ignore files of the folders that contain it. */
  rules: Rules;
}

/** An entry that is included. */
interface Kept {
  name: string;
  /** Path in the zip. */
  path: string;
  absolute: string;
  /** Set for a folder. */
  real?: RealFolder;
}

export async function walkFolder(walk: Walk, folder: Folder): Promise<void> {
  const { listing, yielder } = walk;
  listing.visited.push(folder.absolute);
  const entries = await readEntries(folder, walk);
  const inner = listing.problems.attempt(() => withIgnoreFile(walk, folder, entries)) ?? folder;
  const kept: Kept[] = [];
  for (const entry of entries) {
    if (yielder.shouldYield) await yielder.yield();
    const found = listing.problems.attempt(() => classify(entry, walk, inner));
    if (found) kept.push(found);
  }
  refuseSameNames(kept, listing.problems);
  for (const { path, absolute, real } of kept.sort(byFullPath)) {
    if (real) await walkFolder(walk, { absolute, path: `${path}/`, real, rules: inner.rules });
    else listing.add({ path, from: absolute });
  }
}

/** Size in bytes of a folder with some thousands of names, which takes too long to read in one step. */
const largeFolder = 200_000;
/** Number of names per system call in that case. */
const readAhead = 512;

async function readEntries({ absolute, path }: Folder, { yielder, listing }: Walk): Promise<Dirent[]> {
  try {
    if (statSync(absolute).size < largeFolder) return readdirSync(absolute, { withFileTypes: true });
    return await readEntriesInSteps(absolute, yielder);
  } catch (error) {
    listing.problems.add(fileError(error, path || absolute));
    return [];
  }
}

async function readEntriesInSteps(absolute: string, yielder: Yielder): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  const handle = opendirSync(absolute, { bufferSize: readAhead });
  try {
    for (let entry = handle.readSync(); entry; entry = handle.readSync()) {
      entries.push(entry);
      if (yielder.shouldYield) await yielder.yield();
    }
  } finally {
    handle.closeSync();
  }
  return entries;
}

function withIgnoreFile(walk: Walk, folder: Folder, entries: readonly Dirent[]): Folder {
  const entry = entries.find(({ name }) => name === walk.ignoreFile);
  if (!entry) return folder;
  const file = folder.path + walk.ignoreFile;
  walk.listing.visited.push(folder.absolute + sep + walk.ignoreFile);
  const text = readIgnoreFile(folder.absolute + sep + walk.ignoreFile, file);
  if (text !== undefined)
    return {
      ...folder,
      rules: { file, base: folder.path, rules: parseIgnoreText(text), outer: folder.rules },
    };
  if (entry.isSymbolicLink()) walk.listing.warn(notFollowed(file));
  return folder;
}

// Like git, does not follow a link: the rules would depend on files elsewhere.
function readIgnoreFile(absolute: string, path: string): string | undefined {
  let bytes: Uint8Array;
  try {
    if (!lstatSync(absolute).isFile()) return undefined;
    bytes = readFileSync(absolute);
  } catch (error) {
    throw fileError(error, path);
  }
  return decodeText(bytes, path);
}

export function notFollowed(file: string): string {
  return `${quote(file)} is a link. As in git, ignore files that are links are not followed, so its patterns do not apply: replace it with a file.`;
}

// The files of a folder are sorted by its name with a trailing slash.
function byFullPath(a: Kept, b: Kept): number {
  return byCodeUnit(a.real ? `${a.name}/` : a.name, b.real ? `${b.name}/` : b.name);
}

/** Returns undefined if ignored; ignored entries are not validated. */
function classify(entry: Dirent, walk: Walk, folder: Folder): Kept | undefined {
  const { name } = entry;
  const kept = { name, path: folder.path + name, absolute: folder.absolute + sep + name };
  if (!entry.isFile() && !entry.isDirectory()) return classifySpecial(kept, walk, folder);
  const isFolder = entry.isDirectory();
  if (isIgnored(kept, isFolder, { walk, folder })) return undefined;
  checkKept(kept);
  return isFolder ? { ...kept, real: { real: folder.real.real + sep + name, outer: folder.real } } : kept;
}

function isIgnored(
  { path, absolute }: Kept,
  isFolder: boolean,
  { walk, folder }: { walk: Walk; folder: Folder },
) {
  const rule = ignoringRule(path, isFolder, [walk.strongest, folder.rules]);
  if (rule) walk.listing.leftOut.push({ path: isFolder ? `${path}/` : path, absolute, rule });
  return rule !== undefined;
}

function checkKept({ name, path, absolute }: Kept): void {
  checkName(name, path);
  // Node.js replaces bytes that are not UTF-8 by U+FFFD, and then cannot find the file by that name.
  if (name.includes("\uFFFD") && !lstatSync(absolute, { throwIfNoEntry: false })) {
    throw new SourceError(
      "unsafe-name",
      path,
      `The name ${quote(path)} is not valid UTF-8. Rename it, or leave it out with \`ignore\`.`,
    );
  }
}

// Links, and entries whose type the file system did not return with their names.
function classifySpecial(kept: Kept, walk: Walk, folder: Folder): Kept | undefined {
  const isLink = lookAt(lstatSync, kept).isSymbolicLink();
  const target = behind(kept.absolute);
  if (isIgnored(kept, target?.isDirectory() ?? false, { walk, folder })) return undefined;
  checkKept(kept);
  if (isLink) walk.listing.countLink(kept.path);
  const real = isLink
    ? followLink(kept.absolute, kept.path, folder.real)
    : folder.real.real + sep + kept.name;
  if (isLink && isPnpmLink(kept.path, real)) walk.listing.warn(pnpmLinks);
  const stats = target ?? lookAt(statSync, kept);
  if (stats.isDirectory()) return { ...kept, real: { real, outer: folder.real } };
  if (stats.isFile()) return kept;
  throw unsupported(kept.path, stats);
}

function isPnpmLink(path: string, real: string): boolean {
  return path.split("/").includes("node_modules") && real.split(sep).includes(".pnpm");
}

const pnpmLinks =
  "node_modules was created by pnpm, whose links are packed as copies: packages that find each other through these links may not be found at run time. Leave node_modules out, so that CamposCloud installs them, or create it with `pnpm install --node-linker=hoisted`.";

function lookAt(look: (absolute: string) => Stats, { absolute, path }: Kept): Stats {
  try {
    return look(absolute);
  } catch (error) {
    throw fileError(error, path);
  }
}

// A broken or cyclic link may still be ignored, so it is not an error here.
function behind(absolute: string): Stats | undefined {
  try {
    return statSync(absolute);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
