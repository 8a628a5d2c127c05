/** What the state stores about a source: digests to find changed files, and the paths to delete stale ones; both compact. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { hashOf } from "../packaging/files/digest";
import { byCodeUnit } from "../packaging/files/file-list";
import type { SourceFile } from "../packaging/files/types";

const shortDigestLength = 12;
const defaultLimit = 200;

/** An entry while grouping: one file, or the consecutive files of a folder. */
interface Entry {
  key: string;
  /** Index of the first file, and of the one after the last. */
  start: number;
  end: number;
}

/**
 * Path to short digest of content and executable bit. With more than `limit` entries (default 200), folders are replaced by
 * one entry each (`lib/`), the deepest first and among those the fullest, until the rest fits; finally the root, `./`.
 */
export function foldFiles(files: readonly SourceFile[], limit = defaultLimit): Record<string, string> {
  const entries = foldEntries(files, limit);
  return Object.fromEntries(entries.map((entry) => [entry.key, shortDigest(files, entry)]));
}

function foldEntries(files: readonly SourceFile[], limit: number): Entry[] {
  const folders = new Map<string, Entry[]>();
  for (const [i, { path }] of files.entries()) {
    put(folders, folderOf(path), { key: path, start: i, end: i + 1 });
  }
  let count = files.length;
  for (let depth = deepest(folders); count > limit && depth > 0; depth--) {
    for (const [folder, held] of fullestFirst(folders, depth)) {
      if (count <= limit) break;
      count -= held.length - 1;
      folders.delete(folder);
      const [only] = held;
      put(folders, folderOf(folder), held.length === 1 && only ? only : folded(folder, held));
    }
  }
  const rest = [...folders.values()].flat().sort((a, b) => a.start - b.start);
  return rest.length > limit ? [folded("./", rest)] : rest;
}

function put(folders: Map<string, Entry[]>, folder: string, entry: Entry): void {
  const held = folders.get(folder);
  if (held) held.push(entry);
  else folders.set(folder, [entry]);
}

/** The folder that contains the path, with a trailing slash; "" for the root. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/", path.length - 2) + 1);
}

function depthOf(folder: string): number {
  return folder.split("/").length - 1;
}

function deepest(folders: Map<string, Entry[]>): number {
  let depth = 0;
  for (const folder of folders.keys()) depth = Math.max(depth, depthOf(folder));
  return depth;
}

function fullestFirst(folders: Map<string, Entry[]>, depth: number): [string, Entry[]][] {
  return [...folders]
    .filter(([folder]) => depthOf(folder) === depth)
    .sort(([a, inA], [b, inB]) => inB.length - inA.length || byCodeUnit(a, b));
}

// The paths are sorted, so the files of a folder are consecutive.
function folded(key: string, held: readonly Entry[]): Entry {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const entry of held) {
    start = Math.min(start, entry.start);
    end = Math.max(end, entry.end);
  }
  return { key, start, end };
}

// Computed from the files, not from grouped entries: a digest must not depend on the limit or on other folders.
function shortDigest(files: readonly SourceFile[], { start, end }: Entry): string {
  return hashOf(files.slice(start, end)).slice(0, shortDigestLength);
}

/** Encodes paths compactly: the prefix shared with the previous path is omitted, the rest is compressed. */
export function packPaths(paths: readonly string[]): string {
  let previous = "";
  const lines = [...paths].sort(byCodeUnit).map((path) => {
    const shared = sharedLength(previous, path);
    previous = path;
    return `${shared} ${path.slice(shared)}`;
  });
  return deflateRawSync(lines.join("\n"), { level: 9 }).toString("base64");
}

/** The sorted paths in a text from `packPaths`. Throws for any other text. */
export function unpackPaths(text: string): string[] {
  const lines = inflateRawSync(Buffer.from(text, "base64")).toString("utf8");
  if (lines === "") return [];
  let previous = "";
  return lines.split("\n").map((line) => {
    const space = line.indexOf(" ");
    previous = previous.slice(0, Number(line.slice(0, space))) + line.slice(space + 1);
    return previous;
  });
}

// Never splits a surrogate pair, which cannot be encoded in UTF-8.
function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < b.length && a[length] === b[length]) length++;
  const last = b.charCodeAt(length - 1);
  return last >= 0xd800 && last < 0xdc00 ? length - 1 : length;
}
