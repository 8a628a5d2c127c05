/** A zip given as source: validated completely, hashed, and sent with its entries unchanged. */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, readSync } from "node:fs";
import { ArchiveFile } from "../archive/temp-file";
import { byCodeUnit, maxBytes, tooManyBytes } from "../files/file-list";
import { largestFolders } from "../files/left-out";
import { markerPath } from "../files/marker";
import { changed, openFile } from "../files/read-file";
import { fileError, quote, SourceError } from "../files/source-error";
import type { Archive, PackOptions, Source, SourceFile } from "../files/types";
import type { Yielder } from "../files/yield";
import { appendEntries } from "./append-entries";
import { badEntry, readDirectory, type ZipBytes } from "./directory";
import { validateEntries } from "./validate-entries";
import { type Unpacked, unpackEntries } from "./verify-content";

export interface GivenZip {
  absolute: string;
  /** As given by the user. */
  path: string;
}

export async function readZip(given: GivenZip, yielder: Yielder): Promise<Source> {
  return withZip(given, async (zip) => {
    const hash = await hashBytes(zip, yielder);
    const { files, config } = await check(zip, yielder);
    return {
      hash,
      files,
      bytes: sizeOf(files),
      config,
      warnings: [],
      readFrom: () => [given.absolute],
      leftOut: () => ({ count: 0, tracked: 0, examples: [], more: false, envFiles: [] }),
      ignoredBy: () => undefined,
      largestFolders: () => largestFolders(files),
    };
  });
}

/** Copies the zip first, so that what is validated and hashed is what is sent, even if the zip changes in the meantime. */
export async function packZip(given: GivenZip, options: PackOptions, yielder: Yielder): Promise<Archive> {
  const file = await ArchiveFile.create(options.tempDir);
  try {
    const hash = await withZip(given, (zip) =>
      hashBytes(zip, yielder, async (piece) => {
        await file.append(piece, given.path);
        options.onProgress?.(file.size, zip.size);
      }),
    );
    const copy = { path: given.path, fd: file.fd, size: file.size };
    const { files } = await check(copy, yielder);
    const { extraFiles = {} } = options;
    if (Object.keys(extraFiles).length > 0) await appendEntries(file, readDirectory(copy), extraFiles);
    const { size } = file;
    return {
      hash,
      size,
      files,
      open: (onSent) => file.open(onSent),
      dispose: () => file.dispose(),
    };
  } catch (error) {
    await file.dispose();
    throw error;
  }
}

async function withZip<T>({ absolute, path }: GivenZip, use: (zip: ZipBytes) => Promise<T>): Promise<T> {
  const { fd, stats } = openFile(absolute, path);
  try {
    if (stats.size > maxBytes) throw tooManyBytes(path);
    const result = await use({ path, fd, size: stats.size });
    const now = fstatSync(fd);
    if (now.size !== stats.size || now.mtimeMs !== stats.mtimeMs) throw changed(path);
    return result;
  } finally {
    closeSync(fd);
  }
}

const readSize = 256 * 1024;

/** Reads the whole zip once and returns the hash of its bytes. */
async function hashBytes(
  zip: ZipBytes,
  yielder: Yielder,
  use?: (piece: Uint8Array) => Promise<void>,
): Promise<string> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafeSlow(readSize);
  for (let at = 0; at < zip.size; ) {
    if (yielder.shouldYield) await yielder.yield();
    const piece = buffer.subarray(0, readPiece(zip, buffer, at));
    if (piece.length === 0) throw changed(zip.path);
    hash.update(piece);
    await use?.(piece);
    at += piece.length;
  }
  return hash.digest("hex");
}

function readPiece(zip: ZipBytes, buffer: Buffer, at: number): number {
  try {
    return readSync(zip.fd, buffer, 0, Math.min(buffer.length, zip.size - at), at);
  } catch (error) {
    throw fileError(error, zip.path);
  }
}

async function check(zip: ZipBytes, yielder: Yielder): Promise<Unpacked> {
  const { entries, start } = readDirectory(zip);
  const valid = await validateEntries(zip, entries, yielder);
  const unpacked = await unpackEntries(zip, { entries: valid, end: start }, yielder);
  if (unpacked.files.length === 0) {
    const message = `There is no file to send in ${quote(zip.path)}: the zip contains only folders.`;
    throw new SourceError("empty", zip.path, message);
  }
  refuseMarker(zip, unpacked);
  unpacked.files.sort((a, b) => byCodeUnit(a.path, b.path));
  return unpacked;
}

// Entries are never changed, so it cannot be left out as it is in a folder.
function refuseMarker(zip: ZipBytes, { files }: Unpacked): void {
  if (!files.some(({ path }) => path === markerPath)) return;
  const problem = "is reserved: it marks an app whose creation is in progress. Create the zip without it";
  throw badEntry(zip, markerPath, { kind: "unsupported", problem });
}

function sizeOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
