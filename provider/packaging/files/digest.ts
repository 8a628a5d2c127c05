/** Hashes: one of each file's bytes, and one of the paths, executable bits and contents of all files. */
import * as crypto from "node:crypto";
import { closeSync, readSync, type Stats } from "node:fs";
import { inMemory, type ModeHint, modeHint, whichExecutable } from "./executable";
import { byCodeUnit, type ListedFile, maxBytes, tooManyBytes } from "./file-list";
import { changed, openFile } from "./read-file";
import { fileError, type Problems } from "./source-error";
import type { SourceFile } from "./types";
import type { Yielder } from "./yield";

/** Bytes per read: much less than a millisecond of work. */
const readSize = 256 * 1024;

/** A file with its digest, before it is decided which files count as executable. */
export interface DigestedFile extends Omit<SourceFile, "executable"> {
  mode: ModeHint;
}

/** Hashes the files one after another, in slices. Files that cannot be read are added to `problems`. */
export async function digestFiles(
  listed: readonly ListedFile[],
  yielder: Yielder,
  problems: Problems,
): Promise<DigestedFile[]> {
  const buffer = Buffer.allocUnsafeSlow(readSize);
  const files: DigestedFile[] = [];
  for (const { path, from } of listed) {
    if (yielder.shouldYield) await yielder.yield();
    try {
      const file =
        typeof from === "string" ? digestFile({ path, from, buffer, yielder }) : digestBytes(path, from);
      files.push(file instanceof Promise ? await file : file);
    } catch (error) {
      problems.add(error);
    }
  }
  return files;
}

function digestBytes(path: string, content: Uint8Array): DigestedFile {
  return { path, size: content.length, digest: sha256(content), mode: inMemory };
}

interface Reading {
  path: string;
  from: string;
  buffer: Buffer;
  yielder: Yielder;
}

// Small files are hashed synchronously: thousands of promises would take as long as the hashes.
function digestFile(reading: Reading): DigestedFile | Promise<DigestedFile> {
  const { path, from, buffer } = reading;
  const { fd, stats } = openFile(from, path);
  const { size } = stats;
  if (size >= buffer.length) return digestLong(fd, stats, reading);
  try {
    const length = readSync(fd, buffer, 0, buffer.length, null);
    if (length !== size) throw changed(path);
    const content = buffer.subarray(0, length);
    return { path, size, digest: sha256(content), mode: modeHint(stats.mode, content) };
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(fd);
  }
}

/** Closes the file. */
async function digestLong(
  fd: number,
  stats: Stats,
  { path, buffer, yielder }: Reading,
): Promise<DigestedFile> {
  try {
    if (stats.size > maxBytes) throw tooManyBytes(path);
    const hash = crypto.createHash("sha256");
    let mode: ModeHint | undefined;
    let size = 0;
    for (;;) {
      const length = readSync(fd, buffer, 0, buffer.length, null);
      if (length === 0) break;
      const piece = buffer.subarray(0, length);
      mode ??= modeHint(stats.mode, piece);
      hash.update(piece);
      size += length;
      if (size > stats.size) throw changed(path);
      if (yielder.shouldYield) await yielder.yield();
    }
    if (size !== stats.size) throw changed(path);
    return { path, size, digest: hash.digest("hex"), mode: mode ?? inMemory };
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(fd);
  }
}

/** Digests of many files in the order of a list, in a form that is fast to send between threads. */
export interface DigestTable {
  /** Bytes of the files. */
  sizes: Float64Array;
  modes: Uint8Array;
  /** In hex, concatenated. */
  digests: string;
}

const digestLength = 64;

export function tableOf(files: readonly DigestedFile[]): DigestTable {
  return {
    sizes: Float64Array.from(files, ({ size }) => size),
    modes: Uint8Array.from(files, ({ mode }) => mode),
    digests: files.map(({ digest }) => digest).join(""),
  };
}

/** `files` are those of `tableOf`. */
export function filesOf(
  { sizes, modes, digests }: DigestTable,
  files: readonly { path: string }[],
): DigestedFile[] {
  return files.map(({ path }, i) => {
    const digest = digests.slice(i * digestLength, (i + 1) * digestLength);
    return { path, size: sizes[i] ?? 0, digest, mode: modes[i] ?? inMemory };
  });
}

/** The files of a source, sorted by path. `root` is its real path, if it is a folder. */
export function sourceFiles(files: readonly DigestedFile[], root?: string): SourceFile[] {
  const isExecutable = whichExecutable(files, root);
  return files
    .map((file) => {
      const { path, size, digest } = file;
      return { path, executable: isExecutable(file), size, digest };
    })
    .sort((a, b) => byCodeUnit(a.path, b.path));
}

/** SHA-256 in hex; texts are encoded as UTF-8. */
export const sha256: (content: Uint8Array | string) => string =
  // Node.js has it from 20.12 on; for small files it takes half the time of a Hash object.
  typeof crypto.hash === "function"
    ? (content) => crypto.hash("sha256", content, "hex")
    : (content) => crypto.createHash("sha256").update(content).digest("hex");

/** One call per line would take longer than the hash. */
const linesAtOnce = 500;

/** One hash of everything that decides what an upload contains. `files` are sorted by path. */
export function hashOf(files: readonly SourceFile[]): string {
  if (files.length <= linesAtOnce) return sha256(linesOf(files));
  const hash = crypto.createHash("sha256");
  for (let at = 0; at < files.length; at += linesAtOnce)
    hash.update(linesOf(files.slice(at, at + linesAtOnce)));
  return hash.digest("hex");
}

/** One line per file. Paths contain no line breaks: control characters are refused. */
function linesOf(files: readonly SourceFile[]): string {
  return files
    .map(({ digest, executable, path }) => `${digest} ${executable ? "x" : "-"} ${path}\n`)
    .join("");
}
