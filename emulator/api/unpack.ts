/** Owns unpacking a zip that nobody vouches for: refuses unsafe paths, links and bombs before writing a byte. */
import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from "yauzl";
import { badRequest, Refusal } from "../errors";
import type { ReceivedFile } from "./body";

export interface UnpackedFile {
  /** With `/`, no leading one. */
  path: string;
  sha256: string;
}

const MAX_ENTRIES = 100_000;
const MAX_UNPACKED = 2 * 1024 ** 3;
const WRITERS = 8;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;

/** Unpacks into the empty folder `target`. Answers 400 for whatever is wrong with the zip. */
export async function unpack(file: ReceivedFile, target: string): Promise<UnpackedFile[]> {
  const zip = await openZip(file);
  try {
    const entries = await check(zip);
    await makeFolders(entries, target);
    return await writeAll(zip, entries, target);
  } catch (cause) {
    throw refusal(cause);
  } finally {
    zip.close();
  }
}

async function openZip({ content }: ReceivedFile): Promise<ZipFile> {
  // Strict names: yauzl would otherwise turn backslashes into slashes silently.
  const options = { autoClose: false, strictFileNames: true };
  try {
    return await (Buffer.isBuffer(content)
      ? fromBufferPromise(content, options)
      : openPromise(content.path, options));
  } catch (cause) {
    throw refusal(cause);
  }
}

function refusal(cause: unknown): Error {
  if (cause instanceof Refusal) return cause;
  return badRequest(`The file is not a usable zip: ${cause instanceof Error ? cause.message : cause}.`);
}

/** Reads the whole directory of the zip first; yauzl later holds each entry to the size that is added up here. */
async function check(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > MAX_ENTRIES) throw badRequest(`The zip has more than ${MAX_ENTRIES} entries.`);
  const files: Entry[] = [];
  const names = new Set<string>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    bytes += entry.uncompressedSize;
    if (bytes > MAX_UNPACKED) throw badRequest(`The zip unpacks to more than ${MAX_UNPACKED} bytes.`);
    checkEntry(entry);
    if (names.has(entry.fileName)) throw badRequest(`The zip has ${JSON.stringify(entry.fileName)} twice.`);
    names.add(entry.fileName);
    if (!entry.fileName.endsWith("/")) files.push(entry);
  }
  if (files.length === 0) throw badRequest("The zip has no files.");
  return files;
}

function checkEntry(entry: Entry): void {
  const { fileName } = entry;
  const parts = fileName.replace(/\/$/, "").split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..") || fileName.includes("\0")) {
    throw badRequest(`The zip has an entry with the unsafe path ${JSON.stringify(fileName)}.`);
  }
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (type !== 0 && type !== REGULAR && !fileName.endsWith("/")) {
    throw badRequest(`The zip entry ${JSON.stringify(fileName)} is a link or a special file.`);
  }
  if (entry.isEncrypted()) throw badRequest(`The zip entry ${JSON.stringify(fileName)} is encrypted.`);
}

async function makeFolders(entries: Entry[], target: string): Promise<void> {
  const folders = new Set(entries.map(({ fileName }) => dirname(fileName)));
  await mkdir(target, { recursive: true });
  for (const folder of folders) await mkdir(join(target, folder), { recursive: true });
}

/** A few at a time: most of the cost of a small file is waiting for the file system. */
async function writeAll(zip: ZipFile, entries: Entry[], target: string): Promise<UnpackedFile[]> {
  const unpacked = new Map<Entry, UnpackedFile>();
  const queue = entries.values();
  const worker = async () => {
    for (const entry of queue) unpacked.set(entry, await write(zip, entry, target));
  };
  // All end before an error is told: the folder is removed then, and nobody may still be writing to it.
  const ends = await Promise.allSettled(Array.from({ length: WRITERS }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return entries.flatMap((entry) => unpacked.get(entry) ?? []);
}

async function write(zip: ZipFile, entry: Entry, target: string): Promise<UnpackedFile> {
  const executable = (entry.externalFileAttributes >>> 16) & 0o111;
  const hash = createHash("sha256");
  const file = await open(join(target, entry.fileName), "wx", executable ? 0o755 : 0o644);
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      hash.update(chunk);
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  return { path: entry.fileName, sha256: hash.digest("hex") };
}
