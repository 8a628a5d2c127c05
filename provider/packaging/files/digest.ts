/** Hashes: of each file's bytes, and one over the paths, executable bits and contents of all. */
import * as crypto from "node:crypto";
import { closeSync, readSync } from "node:fs";
import { type ListedFile, mostBytes, tooManyBytes } from "./file-list";
import { changed, isExecutable, openFile } from "./read-file";
import { fileError } from "./source-error";
import type { SourceFile } from "./types";
import type { Pace } from "./yield";

/** Bytes read at a time: well under a millisecond of work. */
const readSize = 256 * 1024;

/** Hashes the files one after another, in turns. */
export async function digestFiles(listed: readonly ListedFile[], pace: Pace): Promise<SourceFile[]> {
  const buffer = Buffer.allocUnsafeSlow(readSize);
  const files: SourceFile[] = [];
  for (const { path, from } of listed) {
    if (pace.spent) await pace.turn();
    const file =
      typeof from === "string" ? digestFile({ path, from, buffer, pace }) : digestBytes(path, from);
    files.push(file instanceof Promise ? await file : file);
  }
  return files;
}

function digestBytes(path: string, content: Uint8Array): SourceFile {
  return { path, executable: false, size: content.length, digest: sha256(content) };
}

interface Reading {
  path: string;
  from: string;
  buffer: Buffer;
  pace: Pace;
}

// Thousands of small files are each done in one go; a promise for every one would cost as much as their hashes.
function digestFile(reading: Reading): SourceFile | Promise<SourceFile> {
  const { path, from, buffer } = reading;
  const { fd, stats } = openFile(from, path);
  const { size } = stats;
  const executable = isExecutable(stats);
  if (size >= buffer.length) return digestLong(fd, { path, executable, size }, reading);
  try {
    const length = readSync(fd, buffer, 0, buffer.length, null);
    if (length !== size) throw changed(path);
    return { path, executable, size, digest: sha256(buffer.subarray(0, length)) };
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(fd);
  }
}

/** Closes the file. */
async function digestLong(
  fd: number,
  file: Omit<SourceFile, "digest">,
  { path, buffer, pace }: Reading,
): Promise<SourceFile> {
  try {
    if (file.size > mostBytes) throw tooManyBytes(path);
    const hash = crypto.createHash("sha256");
    let size = 0;
    for (;;) {
      const length = readSync(fd, buffer, 0, buffer.length, null);
      if (length === 0) break;
      hash.update(buffer.subarray(0, length));
      size += length;
      if (size > file.size) throw changed(path);
      if (pace.spent) await pace.turn();
    }
    if (size !== file.size) throw changed(path);
    return { ...file, digest: hash.digest("hex") };
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(fd);
  }
}

/** SHA-256 in hex; of a text, that of its UTF-8. */
export const sha256: (content: Uint8Array | string) => string =
  // Since Node 20.12; for small files it takes half the time of a Hash object each.
  typeof crypto.hash === "function"
    ? (content) => crypto.hash("sha256", content, "hex")
    : (content) => crypto.createHash("sha256").update(content).digest("hex");

/** A call for each line would take longer than the hash. */
const linesAtOnce = 500;

/** One hash over everything that decides what an upload contains. `files` are sorted by path. */
export function hashOf(files: readonly SourceFile[]): string {
  if (files.length <= linesAtOnce) return sha256(manifestOf(files));
  const hash = crypto.createHash("sha256");
  for (let at = 0; at < files.length; at += linesAtOnce)
    hash.update(manifestOf(files.slice(at, at + linesAtOnce)));
  return hash.digest("hex");
}

/** A line for each file. No path has a line break in it: control characters are refused. */
function manifestOf(files: readonly SourceFile[]): string {
  return files
    .map(({ digest, executable, path }) => `${digest} ${executable ? "x" : "-"} ${path}\n`)
    .join("");
}
