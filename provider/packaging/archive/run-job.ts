/** Does one job on the thread it is called on. */
import { createHash } from "node:crypto";
import { digestFiles, sha256 } from "../files/digest";
import { type ModeHints, modeHints } from "../files/executable";
import type { ListedFile } from "../files/file-list";
import { type PlannedFile, readInPieces, readPart } from "../files/read-file";
import { Problems } from "../files/source-error";
import { type Deflate, deflateRange, packContent, reach } from "./compress";
import { crc32 } from "./crc";
import type { Job, JobContext, JobResult, PackedEntry, PartJob } from "./jobs";
import { localHeader, stored } from "./zip-format";

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

async function packFiles(
  files: readonly PlannedFile[],
  { yielder, deflate }: JobContext,
): Promise<PackedFiles> {
  const packing: Promise<PackedFile>[] = [];
  for (const file of files) {
    if (yielder.shouldYield) await yielder.yield();
    packing.push(packFile(file, deflate));
  }
  return joined(await Promise.all(packing));
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
