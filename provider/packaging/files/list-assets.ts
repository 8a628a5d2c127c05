/** Lists a map of assets: what it names goes in, its folders are walked like a source of their own. */

import type { ListedFile } from "./file-list";
import { find } from "./find";
import { verdict } from "./ignore";
import { type Context, listFolder } from "./list-folder";
import { PathClashes, safeParts } from "./names";
import { quote, SourceError } from "./source-error";
import type { AssetEntry } from "./types";

export async function listAssets(entries: Record<string, AssetEntry>, context: Context): Promise<void> {
  for (const [key, entry] of Object.entries(entries)) {
    if (context.pace.spent) await context.pace.turn();
    const parts = safeParts(key);
    if (leftOut(parts, entry.kind === "folder", context)) continue;
    if (entry.kind === "folder") await addFolder(parts, entry.path, context);
    else addFile(key, parts, entry, context);
  }
  await refuseClashes(context);
}

async function refuseClashes({ listing, pace }: Context): Promise<void> {
  const clashes = new PathClashes();
  for (const { path } of listing.files) {
    if (pace.spent) await pace.turn();
    clashes.addWithFolders(path);
  }
}

function leftOut(parts: readonly string[], isFolder: boolean, { strongest }: Context): boolean {
  return parts.some((_, i) => {
    const last = i === parts.length - 1;
    return verdict(strongest, parts.slice(0, i + 1).join("/"), !last || isFolder) ?? false;
  });
}

async function addFolder(parts: readonly string[], path: string, context: Context): Promise<void> {
  const { absolute, stats } = find(path, context.baseDir);
  if (!stats.isDirectory()) {
    throw new SourceError(
      "unsupported",
      path,
      `${quote(path)} is not a folder. Inside a map of assets only folders and files can stand.`,
    );
  }
  await listFolder({ absolute, prefix: parts.map((part) => `${part}/`).join("") }, context);
}

type FileEntry = Exclude<AssetEntry, { kind: "folder" }>;

function addFile(
  key: string,
  parts: readonly string[],
  entry: FileEntry,
  { listing, baseDir }: Context,
): void {
  const path = parts.join("/");
  if (path === "")
    throw new SourceError(
      "unsafe-name",
      key,
      `The key ${quote(key)} names no file. Give its path in the app.`,
    );
  listing.add({ path, from: contentOf(entry, baseDir) });
}

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
