/** The argument `source` as plain data, on its way from the program to the packaging. */
import type { AssetEntry, SourceSpec } from "../packaging/files/types";
import type { AssetInput } from "./state";

export type SourceInput = string | Record<string, AssetInput>;

export function specOf(source: SourceInput): SourceSpec {
  if (typeof source === "string") return { kind: "path", path: source };
  const entries = Object.entries(source).map(([path, asset]) => [path, entryOf(asset)] as const);
  return { kind: "assets", entries: Object.fromEntries(entries) };
}

function entryOf(asset: AssetInput): AssetEntry {
  if ("text" in asset) return { kind: "text", text: asset.text };
  return "file" in asset ? { kind: "file", path: asset.file } : { kind: "folder", path: asset.folder };
}
