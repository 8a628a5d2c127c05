/** Owns unpacking untrusted zips: refuses unsafe paths, links and zip bombs before writing anything, and damaged entries. */
import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { badRequest, outOfSpace, Refusal } from "../errors";
import { yielder } from "../pause";
import type { ReceivedFile } from "./body";
import { dataStart, readDirectory, unusable, type ZipEntry, type ZipReader } from "./zip-directory";

export interface UnpackedFile {
  /** With `/`, no leading one. */
  path: string;
  sha256: string;
}

const MAX_UNPACKED = 2 * 1024 ** 3;
/** Larger entries are inflated in chunks. */
const AT_ONCE = 1024 ** 2;
const CHUNK = 256 * 1024;
const WINDOW = 1024 ** 2;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const ENCRYPTED = 0x0001;
const [STORED, DEFLATED] = [0, 8];

/** Unpacks into the folder `target`, which does not exist yet. Any problem with the zip becomes a 400. */
export async function unpack(file: ReceivedFile, target: string): Promise<UnpackedFile[]> {
  const zip = openZip(file);
  try {
    const entries = readDirectory(zip);
    const files = check(entries);
    await makeFolders(files, target);
    return await writeAll(zip, files, target);
  } catch (cause) {
    throw refusal(cause);
  } finally {
    zip.close();
  }
}

function openZip({ content }: ReceivedFile): ZipReader & { close(): void } {
  if (Buffer.isBuffer(content)) {
    const read = (position: number, length: number) => content.subarray(position, position + length);
    return { size: content.length, read, close: () => {} };
  }
  const fd = openSync(content.path, "r");
  const { size } = fstatSync(fd);
  // Entries are mostly read in the order of the file, so one read serves many of them.
  let window: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  const read = (position: number, length: number) => {
    const inside = position >= window.start && position + length <= window.start + window.bytes.length;
    if (!inside) {
      const wanted = Math.max(length, Math.min(WINDOW, size - position));
      window = { start: position, bytes: readAt(fd, position, wanted) };
    }
    return window.bytes.subarray(position - window.start, position - window.start + length);
  };
  return { size, read, close: () => closeSync(fd) };
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const got = readSync(fd, bytes, at, length - at, position + at);
    if (got === 0) throw unusable("it ends too early");
    at += got;
  }
  return bytes;
}

/** Disk errors are not the client's fault, except for names that this file system cannot store. */
const NAME_PROBLEMS = ["ENAMETOOLONG", "EEXIST", "ENOTDIR", "EISDIR", "EINVAL", "EILSEQ"];

function refusal(cause: unknown): unknown {
  if (cause instanceof Refusal) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (NAME_PROBLEMS.includes(code))
    return unusable(`it contains a name that is not possible for a file here (${code})`);
  if (code === "ERR_BUFFER_TOO_LARGE") return unusable("an entry is larger than declared");
  if (code.startsWith("Z_"))
    return unusable(`an entry is damaged (${cause instanceof Error ? cause.message : code})`);
  return outOfSpace(cause) ?? cause;
}

/** The files among the entries, after all entries were validated. */
function check(entries: ZipEntry[]): ZipEntry[] {
  let bytes = 0;
  const names = new Set<string>();
  for (const entry of entries) {
    bytes += entry.size;
    if (bytes > MAX_UNPACKED) throw badRequest(`The zip unpacks to more than ${MAX_UNPACKED} bytes.`);
    checkEntry(entry);
    if (names.has(entry.name)) throw badRequest(`The zip contains ${JSON.stringify(entry.name)} twice.`);
    names.add(entry.name);
  }
  checkOverlaps(entries);
  const files = entries.filter(({ name }) => !name.endsWith("/"));
  if (files.length === 0) throw badRequest("The zip contains no files.");
  return files;
}

/** `C:x` is a drive on Windows, and a name like any other elsewhere. */
const DRIVE = process.platform === "win32" ? /^[a-z]:/i : /^[a-z]:(\/|$)/i;

function checkEntry({ name, mode, flags, method, size, compressedSize }: ZipEntry): void {
  const quoted = JSON.stringify(name);
  const parts = name.replace(/\/$/, "").split("/");
  const unsafe = parts.some((part) => part === "" || part === "." || part === "..");
  if (unsafe || name.includes("\0") || name.includes("\\") || DRIVE.test(name)) {
    throw badRequest(`The zip contains an entry with the unsafe path ${quoted}.`);
  }
  const type = mode & FILE_TYPE;
  if (type !== 0 && type !== (name.endsWith("/") ? FOLDER : REGULAR)) {
    throw badRequest(`The zip entry ${quoted} is a link or a special file.`);
  }
  if (flags & ENCRYPTED) throw badRequest(`The zip entry ${quoted} is encrypted.`);
  if (method !== STORED && method !== DEFLATED) {
    throw badRequest(`The zip entry ${quoted} is compressed by method ${method}; only deflate is supported.`);
  }
  if (method === STORED && size !== compressedSize) throw unusable(`the entry ${quoted} has two sizes`);
}

/** Overlapping entries turn a small zip into a bomb. */
function checkOverlaps(entries: ZipEntry[]): void {
  let end = 0;
  for (const { name, offset, compressedSize } of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (offset < end) throw unusable(`the entry ${JSON.stringify(name)} overlaps another one`);
    end = offset + compressedSize;
  }
}

async function makeFolders(files: ZipEntry[], target: string): Promise<void> {
  const turn = yielder();
  const folders = new Set(files.map(({ name }) => dirname(name)));
  for (const { name } of files) {
    if (folders.has(name))
      throw badRequest(`The zip contains ${JSON.stringify(name)} as a file and as a folder.`);
  }
  mkdirSync(target, { recursive: true });
  for (const folder of folders) {
    await turn();
    mkdirSync(join(target, folder), { recursive: true });
  }
}

/** Synchronous calls are several times faster for small files; it yields to other requests in between. */
async function writeAll(zip: ZipReader, files: ZipEntry[], target: string): Promise<UnpackedFile[]> {
  const turn = yielder();
  const unpacked: UnpackedFile[] = [];
  for (const entry of files) {
    await turn();
    const mode = entry.mode & 0o111 ? 0o755 : 0o644;
    const sink = new Sink(openSync(join(target, entry.name), "wx", mode), entry);
    try {
      const start = dataStart(zip, entry);
      if (entry.size <= AT_ONCE && entry.compressedSize <= AT_ONCE) sink.take(inflate(zip, entry, start));
      else await stream(zip, entry, { start, sink });
      unpacked.push({ path: entry.name, sha256: sink.finish() });
    } finally {
      closeSync(sink.fd);
    }
  }
  return unpacked;
}

function inflate(zip: ZipReader, { method, size, compressedSize }: ZipEntry, start: number): Buffer {
  const bytes = zip.read(start, compressedSize);
  // One byte more than declared is enough to detect a wrong size.
  return method === STORED ? bytes : zlib.inflateRawSync(bytes, { maxOutputLength: size + 1 });
}

async function stream(
  zip: ZipReader,
  { method, compressedSize }: ZipEntry,
  { start, sink }: { start: number; sink: Sink },
): Promise<void> {
  const pieces = function* () {
    for (let at = 0; at < compressedSize; at += CHUNK)
      yield zip.read(start + at, Math.min(CHUNK, compressedSize - at));
  };
  const collect = async (chunks: Iterable<Buffer> | AsyncIterable<Buffer>) => {
    const turn = yielder();
    for await (const chunk of chunks) {
      sink.take(chunk);
      await turn();
    }
  };
  if (method === STORED) return collect(pieces());
  await pipeline(pieces, zlib.createInflateRaw(), collect);
}

/** Writes the file of an entry and verifies the size and the checksum from the directory. */
class Sink {
  private readonly hash: Hash = createHash("sha256");
  private crc = 0;
  private bytes = 0;

  constructor(
    readonly fd: number,
    private readonly entry: ZipEntry,
  ) {}

  take(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.entry.size) throw this.invalid("is larger than declared");
    this.crc = crc32(chunk, this.crc);
    this.hash.update(chunk);
    for (let at = 0; at < chunk.length; ) at += writeSync(this.fd, chunk, at);
  }

  /** SHA-256 of the content. */
  finish(): string {
    if (this.bytes < this.entry.size) throw this.invalid("is smaller than declared");
    if (this.crc !== this.entry.crc) throw this.invalid("is damaged: its checksum does not match");
    return this.hash.digest("hex");
  }

  private invalid(what: string): Refusal {
    return unusable(`the entry ${JSON.stringify(this.entry.name)} ${what}`);
  }
}

const TABLE = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Node has it since 20.15. */
export function crc32(
  bytes: Buffer,
  before = 0,
  own: typeof zlib.crc32 | null | undefined = zlib.crc32,
): number {
  if (own) return own(bytes, before);
  let value = ~before;
  for (const byte of bytes) value = (value >>> 8) ^ (TABLE[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}
