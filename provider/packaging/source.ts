/** The room's two entrances: reading a source (fast, writes nothing), and packing it for an upload. */
import { digestFiles, hashOf } from "./digest";
import { locate } from "./list-source";
import type { ListedFile } from "./listing";
import { packFiles } from "./pack-files";
import { planFile, readPart } from "./planned-file";
import { SourceError } from "./source-error";
import { takeTurns } from "./turns";
import type { Archive, PackOptions, ReadOptions, Source, SourceSpec } from "./types";

export { SourceError } from "./source-error";

/** Lists and hashes what an upload would contain. Throws a `SourceError`, or the signal's reason once aborted. */
export async function readSource(spec: SourceSpec, options: ReadOptions): Promise<Source> {
  const pace = takeTurns(options.signal);
  await pace.turn();
  const located = await locate(spec, options, pace);
  if (located.kind === "zip") throw noZipYet(located.path);
  const files = await digestFiles(located.files, pace);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { hash: hashOf(files), files, bytes, config: configIn(located.files) };
}

/**
 * Packs a source into a temporary archive, which the caller disposes of; hashes again what it really packs.
 * Throws a `SourceError`, or the signal's reason once aborted.
 */
export async function packSource(spec: SourceSpec, options: PackOptions): Promise<Archive> {
  const pace = takeTurns(options.signal);
  await pace.turn();
  const located = await locate(spec, options, pace);
  if (located.kind === "zip") throw noZipYet(located.path);
  return packFiles(located.files, options, pace);
}

const configName = "camposcloud.config";
/** Bytes; nobody writes a longer one by hand. */
const longestConfig = 64 * 1024;

function configIn(files: readonly ListedFile[]): string | undefined {
  const config = files.find(({ path }) => path === configName);
  if (!config) return undefined;
  const planned = planFile(config);
  return Buffer.from(readPart(planned, 0, Math.min(planned.size, longestConfig))).toString("utf8");
}

function noZipYet(path: string): SourceError {
  return new SourceError("unsupported", path, "A given .zip is not supported yet. Give a folder.");
}
