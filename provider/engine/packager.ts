/** Packaging as a dependency of the lifecycle, with progress messages. */
import type { Sources } from "../lifecycle/check";
import { nearNames } from "../lifecycle/near-names";
import type { AssetInput, CheckedInputs, SourceInput } from "../lifecycle/state";
import { packWith } from "../packaging/archive/pack";
import { parseConfig } from "../packaging/files/config-file";
import type { Archive, AssetEntry, SourceSpec } from "../packaging/files/types";
import { newYielder } from "../packaging/files/yield";
import { listSource as listFiles, packSource } from "../packaging/source";
import type { SourceReads } from "./source-reads";

/** Smaller uploads finish before anyone could read a progress message. */
const minBytesForProgress = 1024 * 1024;
const progressStep = 0.2;

export interface PackContext {
  signal: AbortSignal;
  progress(text: string): void;
}

// The provider process runs in the program's folder, so relative paths mean the same in both.
export function sourcesFor(reads: SourceReads, signal: AbortSignal): Sources {
  return {
    read: (source, ignore) => reads.read(specOf(source), { baseDir: process.cwd(), ignore, signal }),
    fold: (files) => reads.fold(files),
    parseConfig,
    nearNames,
  };
}

export function listSource(inputs: CheckedInputs, signal: AbortSignal): Promise<string[]> {
  return listFiles(specOf(inputs.source), { baseDir: process.cwd(), ignore: inputs.ignore, signal });
}

export async function pack(
  inputs: CheckedInputs,
  marker: Record<string, string>,
  { signal, progress }: PackContext,
): Promise<Archive> {
  const archive = await packSource(specOf(inputs.source), {
    baseDir: process.cwd(),
    ignore: inputs.ignore,
    signal,
    extraFiles: marker,
    onProgress: inSteps("packing", progress),
  });
  const report = inSteps("uploading", progress);
  const { hash, size, files } = archive;
  return { hash, size, files, open: () => archive.open(report), dispose: () => archive.dispose() };
}

/** Packs texts that are not files of a source. */
export function packTexts(files: Record<string, string>): Promise<Archive> {
  return packWith({ baseDir: "/", extraFiles: files }, newYielder(), (packer) => packer.finish());
}

/** Reports progress in steps of a fifth. */
function inSteps(doing: string, report: (text: string) => void): (done: number, total: number) => void {
  let next = 0;
  return (done, total) => {
    const share = total === 0 ? 1 : done / total;
    if (share < next || total < minBytesForProgress) return;
    next = share + progressStep;
    report(`${doing} ${megabytes(total)}, ${Math.round(share * 100)} %`);
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function specOf(source: SourceInput): SourceSpec {
  if (typeof source === "string") return { kind: "path", path: source };
  const entries = Object.entries(source).map(([path, asset]) => [path, entryOf(asset)] as const);
  return { kind: "assets", entries: Object.fromEntries(entries) };
}

function entryOf(asset: AssetInput): AssetEntry {
  if ("text" in asset) return { kind: "text", text: asset.text };
  return "file" in asset ? { kind: "file", path: asset.file } : { kind: "folder", path: asset.folder };
}
