/** Reads listed files, and detects if they have changed since they were listed. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { type ListedFile, maxBytes, tooManyBytes } from "./file-list";
import { fileError, quote, SourceError } from "./source-error";

// Without this flag, a pipe in place of the file would block the thread until something writes to it. Windows has no such flag.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export interface OpenFile {
  fd: number;
  stats: Stats;
}

/** The caller closes `fd`. `path` is the name in errors. */
export function openFile(absolute: string, path: string): OpenFile {
  let fd: number | undefined;
  try {
    fd = openSync(absolute, flags);
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw unsupported(path, stats);
    return { fd, stats };
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw fileError(error, path);
  }
}

export function changed(path: string): SourceError {
  return new SourceError(
    "changed",
    path,
    `${quote(path)} changed while it was read. Run again when nothing writes to it any more.`,
  );
}

/** The error for anything that is neither a file nor a folder. */
export function unsupported(path: string, stats: Stats): SourceError {
  const remedy = "Remove it, or leave it out with `ignore`.";
  return new SourceError(
    "unsupported",
    path,
    `${quote(path)} is ${kindOf(stats)}, which a zip cannot contain. ${remedy}`,
  );
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return "a socket";
  if (stats.isFIFO()) return "a pipe";
  return "a device";
}

/** A file as it was before packing; a later difference is an error. */
export interface PlannedFile {
  path: string;
  from: string | Uint8Array;
  size: number;
  /** As reported by the system; 0 for content in memory. */
  mode: number;
  /** Time of the last change, in milliseconds; 0 for content in memory. */
  modified: number;
}

export function planFile({ path, from }: ListedFile): PlannedFile {
  if (typeof from !== "string") return { path, from, size: from.length, mode: 0, modified: 0 };
  const stats = lookUp(from, path);
  if (!stats.isFile()) throw unsupported(path, stats);
  if (stats.size > maxBytes) throw tooManyBytes(path);
  return { path, from, size: stats.size, mode: stats.mode, modified: stats.mtimeMs };
}

function lookUp(absolute: string, path: string): Stats {
  try {
    return statSync(absolute);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Reads a whole file in pieces of at most `step` bytes. Each piece is overwritten by the next. */
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

/**
 * All bytes of a file, read into `space` at `start`; at least one more byte must fit. A file that was rewritten with the same
 * number of bytes since it was planned is read as it is now, which is consistent since all of it is read here.
 */
export function readWhole({ path, from, size }: PlannedFile, space: Uint8Array, start: number): Uint8Array {
  if (typeof from !== "string") return from;
  let fd: number | undefined;
  try {
    fd = openSync(from, flags);
    let length = readSync(fd, space, start, size + 1, null);
    while (length > 0 && length < size) {
      const more = readSync(fd, space, start + length, size + 1 - length, null);
      if (more === 0) break;
      length += more;
    }
    if (length !== size) throw fstatSync(fd).isFile() ? changed(path) : unsupported(path, fstatSync(fd));
    return space.subarray(start, start + size);
  } catch (error) {
    throw fileError(error, path);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The bytes of a part that is small enough for memory. */
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
