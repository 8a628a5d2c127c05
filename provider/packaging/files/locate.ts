/** Finds the files of a source: those of a folder or a map of assets, or a given zip. */
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ListedFile, Listing } from "./file-list";
import { ignoringRule, noRules, parsePatterns, type Rules } from "./ignore";
import { PathClashes, safeParts } from "./names";
import { fileError, isSystemError, quote, SourceError } from "./source-error";
import type { AssetEntry, ReadOptions, SourceSpec } from "./types";
import { notFollowed, walkFolder } from "./walk";
import type { Yielder } from "./yield";

export type Located =
  | {
      kind: "files";
      files: ListedFile[];
      listing: Listing;
      /** Real path of the folder; undefined for a map of assets. */
      root?: string;
    }
  /** A given zip. */
  | { kind: "zip"; absolute: string; path: string };

export interface Finding {
  yielder: Yielder;
  /** Receives the files in batches while the search goes on. */
  onFiles?: (files: ListedFile[]) => void;
  /** Leaves problems in the listing for the caller, which may find more. */
  keepProblems?: boolean;
}

interface Context {
  baseDir: string;
  listing: Listing;
  /** The argument `ignore`; its patterns are relative to the root of the zip. */
  strongest: Rules;
  yielder: Yielder;
}

/** Finds the source's files, sorted by path; at least one. */
export async function locate(
  spec: SourceSpec,
  options: ReadOptions,
  { yielder, onFiles, keepProblems = false }: Finding,
): Promise<Located> {
  const name = spec.kind === "path" ? spec.path : "the map of assets";
  const strongest = { base: "", rules: parsePatterns(options.ignore ?? []) };
  const listing = new Listing(name, onFiles);
  const context = { baseDir: options.baseDir, listing, strongest, yielder };
  let root: string | undefined;
  if (spec.kind === "assets") {
    await listAssets(spec.entries, context);
  } else {
    const { absolute, stats } = find(spec.path, options.baseDir);
    if (!stats.isDirectory()) return zipAt(absolute, spec.path, stats);
    root = realpathSync.native(absolute);
    await listFolder({ absolute, prefix: "" }, context);
  }
  listing.end();
  if (!keepProblems) listing.problems.throwIfAny();
  if (listing.files.length === 0) {
    listing.problems.throwIfAny();
    throw empty(name);
  }
  return { kind: "files", files: listing.files, listing, root };
}

/** What a path from the user points to. Refuses a path that does not exist. */
function find(path: string, baseDir: string): { absolute: string; stats: Stats } {
  const absolute = resolve(baseDir, path);
  try {
    return { absolute, stats: statSync(absolute) };
  } catch (error) {
    if (!isSystemError(error) || (error.code !== "ENOENT" && error.code !== "ENOTDIR"))
      throw fileError(error, path);
    const problem = `${quote(path)} does not exist: there is nothing at ${quote(absolute)}.`;
    throw new SourceError(
      "missing",
      path,
      `${problem} Give a path relative to ${quote(baseDir)}, or an absolute one.`,
    );
  }
}

function zipAt(absolute: string, path: string, stats: Stats): Located {
  if (stats.isFile() && /\.zip$/i.test(path)) return { kind: "zip", absolute, path };
  throw new SourceError(
    "not-a-zip",
    path,
    `${quote(path)} is neither a folder nor a .zip. Give one of these as \`source\`.`,
  );
}

function empty(name: string): SourceError {
  const reason = "it is empty, or everything in it is left out (see `ignore`, .camposignore and .gitignore)";
  return new SourceError("empty", name, `There is no file to send in ${quote(name)}: ${reason}.`);
}

/** Lists a folder under a prefix of the zip: "" or a path with a trailing slash. */
async function listFolder(
  { absolute, prefix }: { absolute: string; prefix: string },
  { listing, strongest, yielder }: Context,
): Promise<void> {
  const own = lstatSync(join(absolute, ".camposignore"), { throwIfNoEntry: false });
  if (own?.isSymbolicLink()) listing.warn(notFollowed(`${prefix}.camposignore`));
  const ignoreFile = own?.isFile() ? ".camposignore" : ".gitignore";
  await walkFolder(
    { listing, ignoreFile, strongest, yielder },
    { absolute, path: prefix, real: { real: realpathSync.native(absolute) }, rules: noRules },
  );
}

/** Every entry of a map is included; its folders are listed like a folder given as source. */
async function listAssets(entries: Record<string, AssetEntry>, context: Context): Promise<void> {
  const { listing, yielder } = context;
  for (const [key, entry] of Object.entries(entries)) {
    if (yielder.shouldYield) await yielder.yield();
    try {
      await addAsset(key, entry, context);
    } catch (error) {
      listing.problems.add(error);
    }
  }
  const clashes = new PathClashes();
  for (const { path } of listing.files) {
    if (yielder.shouldYield) await yielder.yield();
    listing.problems.attempt(() => clashes.addWithFolders(path));
  }
}

async function addAsset(key: string, entry: AssetEntry, context: Context): Promise<void> {
  const parts = safeParts(key);
  if (isLeftOut(parts, entry.kind === "folder", context)) return;
  if (entry.kind === "folder") return addFolder(parts, entry.path, context);
  const path = parts.join("/");
  if (path === "") {
    const message = `The key ${quote(key)} is not the path of a file. Use the file's path in the app.`;
    throw new SourceError("unsafe-name", key, message);
  }
  context.listing.add({ path, from: contentOf(entry, context.baseDir) });
}

// What is always left out of folders is included if the map names it, except `.git`.
function isLeftOut(parts: readonly string[], isFolder: boolean, { strongest, listing }: Context): boolean {
  return parts.some((_, i) => {
    const inner = i < parts.length - 1 || isFolder;
    const path = parts.slice(0, i + 1).join("/");
    const rule = ignoringRule(path, inner, [strongest]);
    if (!rule || (rule.origin === "always" && rule.pattern !== ".git")) return false;
    listing.leftOut.push({ path: inner ? `${path}/` : path, rule });
    return true;
  });
}

async function addFolder(parts: readonly string[], path: string, context: Context): Promise<void> {
  const { absolute, stats } = find(path, context.baseDir);
  if (!stats.isDirectory()) {
    const message = `${quote(path)} is not a folder. A map of assets can only contain files and folders.`;
    throw new SourceError("unsupported", path, message);
  }
  await listFolder({ absolute, prefix: parts.map((part) => `${part}/`).join("") }, context);
}

type FileEntry = Exclude<AssetEntry, { kind: "folder" }>;

function contentOf(entry: FileEntry, baseDir: string): ListedFile["from"] {
  if (entry.kind === "text") return new TextEncoder().encode(entry.text);
  const { absolute, stats } = find(entry.path, baseDir);
  if (stats.isFile()) return absolute;
  throw new SourceError(
    "unsupported",
    entry.path,
    `${quote(entry.path)} is not a file. Give a folder as a FileArchive.`,
  );
}
