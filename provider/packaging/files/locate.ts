/** From what the user gave to the files that go in: those of a folder or a map of assets, or one given zip. */
import type { Stats } from "node:fs";
import { type ListedFile, Listing } from "./file-list";
import { find } from "./find";
import { parsePatterns } from "./ignore";
import { listAssets } from "./list-assets";
import { listFolder } from "./list-folder";
import { quote, SourceError } from "./source-error";
import type { ReadOptions, SourceSpec } from "./types";
import type { Pace } from "./yield";

export type Located =
  | { kind: "files"; files: ListedFile[] }
  /** A given zip. */
  | { kind: "zip"; absolute: string; path: string };

export interface Finding {
  pace: Pace;
  /** Is handed the files in batches while more are being found. */
  onFiles?: (files: ListedFile[]) => void;
}

/** Finds the source's files, sorted by path; at least one. */
export async function locate(
  spec: SourceSpec,
  options: ReadOptions,
  { pace, onFiles }: Finding,
): Promise<Located> {
  const name = spec.kind === "path" ? spec.path : "the map of assets";
  const strongest = { base: "", rules: parsePatterns(options.ignore ?? []) };
  const context = { baseDir: options.baseDir, listing: new Listing(name, onFiles), strongest, pace };
  if (spec.kind === "assets") {
    await listAssets(spec.entries, context);
  } else {
    const { absolute, stats } = find(spec.path, options.baseDir);
    if (!stats.isDirectory()) return zipAt(absolute, spec.path, stats);
    await listFolder({ absolute, prefix: "" }, context);
  }
  context.listing.end();
  if (context.listing.files.length === 0) throw empty(name);
  return { kind: "files", files: context.listing.files };
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
