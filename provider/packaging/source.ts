/** The room's two entrances: reading a source (fast, writes nothing), and packing it for an upload. */

import { packFiles } from "./archive/pack";
import { byCodeUnit } from "./files/by-code-unit";
import { configName } from "./files/config-file";
import { hashOf } from "./files/digest";
import type { ListedFile } from "./files/file-list";
import { locate } from "./files/locate";
import { planFile, readPart } from "./files/planned-file";
import type { Archive, PackOptions, ReadOptions, Source, SourceSpec } from "./files/types";
import { takeTurns } from "./files/yield";
import { packZip, readZip } from "./given-zip/given-zip";
import { SharedReader } from "./parallel-hasher";

export { SourceError } from "./files/source-error";

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
