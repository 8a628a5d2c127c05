/** The room's two entrances: reading a source (fast, writes nothing), and packing it for an upload. */

import { byCodeUnit } from "./by-code-unit";
import { hashOf } from "./digest";
import { packZip, readZip } from "./given-zip";
import { locate } from "./list-source";
import type { ListedFile } from "./listing";
import { configName } from "./manifest";
import { packFiles } from "./pack-files";
import { planFile, readPart } from "./planned-file";
import { SharedReader } from "./shared-reader";
import { takeTurns } from "./turns";
import type { Archive, PackOptions, ReadOptions, Source, SourceSpec } from "./types";

export { SourceError } from "./source-error";

/** Lists and hashes what an upload would contain. Throws a `SourceError`, or the signal's reason once aborted. */
export async function readSource(spec: SourceSpec, options: ReadOptions): Promise<Source> {
  const pace = takeTurns(options.signal);
  await pace.turn();
  const reader = new SharedReader(pace);
  try {
    const located = await locate(spec, options, { pace, onFiles: (files) => reader.offer(files) });
    if (located.kind === "zip") return await readZip(located, pace);
    const files = (await reader.finish()).sort((a, b) => byCodeUnit(a.path, b.path));
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    return { hash: hashOf(files), files, bytes, config: configIn(located.files) };
  } finally {
    reader.close();
  }
}

/**
 * Packs a source into a temporary archive, which the caller disposes of; hashes again what it really packs.
 * Throws a `SourceError`, or the signal's reason once aborted.
 */
export async function packSource(spec: SourceSpec, options: PackOptions): Promise<Archive> {
  const pace = takeTurns(options.signal);
  await pace.turn();
  const located = await locate(spec, options, { pace });
  return located.kind === "zip" ? packZip(located, options, pace) : packFiles(located.files, options, pace);
}

/** Bytes; nobody writes a longer one by hand. */
const longestConfig = 64 * 1024;

function configIn(files: readonly ListedFile[]): string | undefined {
  const config = files.find(({ path }) => path === configName);
  if (!config) return undefined;
  const planned = planFile(config);
  return Buffer.from(readPart(planned, 0, Math.min(planned.size, longestConfig))).toString("utf8");
}
