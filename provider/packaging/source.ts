/** The entry point of packaging: reads a source without writing anything, and packs it for an upload. */

import { packWith } from "./archive/pack";
import { configName } from "./files/config-file";
import { hashOf, sourceFiles } from "./files/digest";
import type { ListedFile } from "./files/file-list";
import { inclusionOf } from "./files/ignore";
import { largestFolders, leftOutBy } from "./files/left-out";
import { type Located, locate } from "./files/locate";
import { planFile, readPart } from "./files/read-file";
import { Problems } from "./files/source-error";
import { decodeText } from "./files/text";
import type { Archive, PackOptions, ReadOptions, Source, SourceSpec } from "./files/types";
import { newYielder } from "./files/yield";
import { packZip, readZip } from "./given-zip/given-zip";
import { ParallelHasher } from "./parallel-hasher";

export { SourceError } from "./files/source-error";

/** Lists and hashes what an upload would contain. Throws a `SourceError`, or the signal's reason once aborted. */
export async function readSource(spec: SourceSpec, options: ReadOptions): Promise<Source> {
  const yielder = newYielder(options.signal);
  await yielder.yield();
  const unreadable = new Problems();
  const hasher = new ParallelHasher(yielder, unreadable);
  try {
    const onFiles = (files: ListedFile[]) => hasher.offer(files);
    const located = await locate(spec, options, { yielder, onFiles, keepProblems: true });
    if (located.kind === "zip") return await readZip(located, yielder);
    return await hashed(located, { hasher, unreadable });
  } finally {
    hasher.close();
  }
}

async function hashed(
  located: Located & { kind: "files" },
  { hasher, unreadable }: { hasher: ParallelHasher; unreadable: Problems },
): Promise<Source> {
  const { listing, root } = located;
  const digested = await hasher.finish();
  const config = listing.problems.attempt(() => configIn(located.files));
  listing.problems.addAll(unreadable);
  listing.problems.throwIfAny();
  const files = sourceFiles(digested, root);
  return {
    hash: hashOf(files),
    files,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    config,
    warnings: [...listing.warnings],
    readFrom: () => [
      ...listing.visited,
      ...listing.files.flatMap(({ from }) => (typeof from === "string" ? from : [])),
    ],
    leftOut: () => leftOutBy(located),
    ignoredBy: (path) => {
      const hiding = listing.hiding(path);
      return hiding && { rule: hiding.rule, inclusion: inclusionOf(hiding.path) };
    },
    largestFolders: () => largestFolders(files),
  };
}

/** The sorted paths of the files that an upload would contain. Reads no contents, except those of a given zip. */
export async function listSource(spec: SourceSpec, options: ReadOptions): Promise<string[]> {
  const yielder = newYielder(options.signal);
  await yielder.yield();
  const located = await locate(spec, options, { yielder });
  const files = located.kind === "zip" ? (await readZip(located, yielder)).files : located.files;
  return files.map(({ path }) => path);
}

/**
 * Packs a source into a temporary archive, which the caller disposes of. Hashes what it packs.
 * Throws a `SourceError`, or the signal's reason once aborted.
 */
export async function packSource(spec: SourceSpec, options: PackOptions): Promise<Archive> {
  const yielder = newYielder(options.signal);
  await yielder.yield();
  // The files of a folder are found in the order of their paths, so they can be packed while others are still being found.
  const inOrder = spec.kind === "path";
  return packWith(options, yielder, async (packer) => {
    const onFiles = inOrder ? (files: ListedFile[]) => packer.add(files) : undefined;
    const located = await locate(spec, options, { yielder, onFiles });
    if (located.kind === "zip") return packZip(located, options, yielder);
    if (!inOrder) packer.add(located.files);
    return packer.finish(located.root);
  });
}

/** In bytes; far more than anyone writes. */
const maxConfigBytes = 64 * 1024;

function configIn(files: readonly ListedFile[]): string | undefined {
  const listed = files.find(({ path }) => path === configName);
  if (!listed) return undefined;
  const planned = planFile(listed);
  const bytes = readPart(planned, 0, Math.min(planned.size, maxConfigBytes));
  return decodeText(bytes, configName, { cut: bytes.length < planned.size });
}
