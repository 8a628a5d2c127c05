/** Does one job on the thread it is called on. */
import { createHash } from "node:crypto";
import { digestFiles, sha256 } from "../files/digest";
import { type ModeHints, modeHints } from "../files/executable";
import type { ListedFile } from "../files/file-list";
import { type PlannedFile, readInPieces, readInto, readPart } from "../files/read-file";
import { Problems } from "../files/source-error";
import {
  blockSize,
  type Deflate,
  deflateHere,
  deflateRange,
  packBlock,
  packContent,
  reach,
} from "./compress";
import { crc32 } from "./crc";
import type { Job, JobContext, JobResult, PackedEntry, PartJob } from "./jobs";
import { localHeader, localHeaderSize, stored, writeLocalHeader } from "./zip-format";

export async function runJob(job: Job, context: JobContext): Promise<JobResult> {
  switch (job.kind) {
    case "read":
      return { ...nothing, ...(await digest(job.files, context)) };
    case "files":
      return { ...nothing, ...(await packFiles(job.files, context)) };
    case "digest":
      return { ...nothing, entries: [await digestLong(job.file, context)] };
    case "part":
      return { ...nothing, bytes: await packPart(job, context) };
  }
}

const nothing: JobResult = { read: [], problems: [], bytes: new Uint8Array(), entries: [] };

async function digest(files: readonly ListedFile[], { yielder }: JobContext) {
  const problems = new Problems();
  const read = await digestFiles(files, yielder, problems);
  return { read, problems: problems.list() };
}

type PackedFiles = Pick<JobResult, "bytes" | "entries">;

interface PackedFile {
  entry: PackedEntry;
  parts: Uint8Array[];
}

async function packFiles(files: readonly PlannedFile[], context: JobContext): Promise<PackedFiles> {
  const { yielder, deflate } = context;
  if (deflate === deflateHere) return packAtOnce(files);
  const packing: Promise<PackedFile>[] = [];
  for (const file of files) {
    if (yielder.shouldYield) await yielder.yield();
    packing.push(packFile(file, deflate));
  }
  return joined(await Promise.all(packing));
}

/** For the contents of files, one after another. */
const scratch = { bytes: new Uint8Array() };

// On a thread of its own. Of thousands of tiny files, a promise and a few arrays each would cost more than their bytes.
async function packAtOnce(files: readonly PlannedFile[]): Promise<PackedFiles> {
  const longest = files.reduce(
    (most, { from, size }) => (typeof from === "string" ? Math.max(most, size) : most),
    0,
  );
  if (scratch.bytes.length < longest) scratch.bytes = Buffer.allocUnsafeSlow(longest);
  // No entry takes more than its header and its content as it is.
  const most = files.reduce((sum, { path, size }) => sum + localHeaderSize(path) + size, 0);
  // Not from Node's pool, so that the memory can move to another thread.
  const bytes = Buffer.allocUnsafeSlow(most);
  const view = new DataView(bytes.buffer);
  const entries: PackedEntry[] = [];
  let end = 0;
  for (const file of files) {
    const content = readInto(scratch.bytes, file);
    const { method, size, parts } =
      content.length <= blockSize ? packBlock(content) : await packContent(content, deflateHere);
    const { path } = file;
    const known = {
      path,
      ...hintsOf(file, content),
      size: file.size,
      crc: crc32(content),
      digest: sha256(content),
    };
    const entry: PackedEntry = { ...known, method, packedSize: size };
    end = writeLocalHeader(bytes, view, end, entry);
    for (const part of parts) {
      bytes.set(part, end);
      end += part.length;
    }
    entries.push(entry);
  }
  return { bytes: bytes.subarray(0, end), entries };
}

async function packFile(file: PlannedFile, deflate: Deflate): Promise<PackedFile> {
  const { path, size } = file;
  const content = readPart(file, 0, size);
  const packing = packContent(content, deflate);
  const known = { path, ...hintsOf(file, content), size, crc: crc32(content), digest: sha256(content) };
  const { method, size: packedSize, parts } = await packing;
  return { entry: { ...known, method, packedSize }, parts };
}

function joined(packed: readonly PackedFile[]): PackedFiles {
  const pieces = packed.flatMap(({ entry, parts }) => [localHeader(entry), ...parts]);
  // Not from Node's pool, so that the memory can move to another thread.
  const bytes = Buffer.allocUnsafeSlow(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return { bytes, entries: packed.map(({ entry }) => entry) };
}

function hintsOf(file: PlannedFile, head: Uint8Array): ModeHints {
  return typeof file.from === "string" ? modeHints(file, head) : {};
}

const digestStep = 256 * 1024;

async function digestLong(file: PlannedFile, { yielder }: JobContext): Promise<PackedEntry> {
  const { path, size } = file;
  const hash = createHash("sha256");
  let hints: ModeHints | undefined;
  let crc = 0;
  for (const piece of readInPieces(file, digestStep)) {
    if (yielder.shouldYield) await yielder.yield();
    hints ??= hintsOf(file, piece);
    hash.update(piece);
    crc = crc32(piece, crc);
  }
  return { path, ...hints, size, method: stored, packedSize: size, crc, digest: hash.digest("hex") };
}

async function packPart(
  { file, start, end, method }: PartJob,
  { yielder, deflate }: JobContext,
): Promise<Uint8Array> {
  if (yielder.shouldYield) await yielder.yield();
  if (method === stored) return readPart(file, start, end);
  const begin = Math.max(0, start - reach);
  const bytes = readPart(file, begin, end);
  return Buffer.concat(await deflateRange(bytes, { start: start - begin, last: end === file.size }, deflate));
}
