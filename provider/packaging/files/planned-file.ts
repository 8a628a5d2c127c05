/** Files as they were looked up before packing, and their bytes; a file that is different by then is an error. */
import { closeSync, fstatSync, readSync, type Stats, statSync } from "node:fs";
import type { PlannedFile } from "../archive/jobs";
import { type ListedFile, mostBytes, tooManyBytes } from "./file-list";
import { changed, isExecutable, openFile, unsupported } from "./read-file";
import { fileError } from "./source-error";

export function planFile({ path, from }: ListedFile): PlannedFile {
  if (typeof from !== "string") return { path, from, executable: false, size: from.length, modified: 0 };
  const stats = lookUp(from, path);
  if (!stats.isFile()) throw unsupported(path, stats);
  if (stats.size > mostBytes) throw tooManyBytes(path);
  return { path, from, executable: isExecutable(stats), size: stats.size, modified: stats.mtimeMs };
}

function lookUp(absolute: string, path: string): Stats {
  try {
    return statSync(absolute);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Reads all of a file in pieces of `step` bytes at most. Each piece is overwritten by the next. */
export function* readInPieces(file: PlannedFile, step: number): Generator<Uint8Array, void> {
  const { path, from, size } = file;
  if (typeof from !== "string") {
    yield from;
    return;
  }
  const { fd, stats } = openFile(from, path);
  try {
    checkUnchanged(file, stats);
    const buffer = Buffer.allocUnsafeSlow(Math.min(step, size));
    for (let at = 0; at < size; at += buffer.length) {
      const piece = buffer.subarray(0, size - at);
      readFully(fd, piece, { at, path });
      yield piece;
    }
    checkUnchanged(file, fstatSync(fd));
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(fd);
  }
}

function checkUnchanged(file: PlannedFile, stats: Stats): void {
  if (stats.size !== file.size || stats.mtimeMs !== file.modified) throw changed(file.path);
}

function readFully(fd: number, piece: Uint8Array, { at, path }: { at: number; path: string }): void {
  for (let done = 0; done < piece.length; ) {
    const length = readSync(fd, piece, done, piece.length - done, at + done);
    if (length === 0) throw changed(path);
    done += length;
  }
}

/** The bytes of a part that is small enough to hold. */
export function readPart(file: PlannedFile, start: number, end: number): Uint8Array {
  const { path, from } = file;
  if (typeof from !== "string") return from.subarray(start, end);
  const { fd, stats } = openFile(from, path);
  try {
    checkUnchanged(file, stats);
    const bytes = Buffer.allocUnsafeSlow(end - start);
    readFully(fd, bytes, { at: start, path });
    return bytes;
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(fd);
  }
}
