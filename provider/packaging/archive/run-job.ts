/** Does one job on the thread it is called on. */
import { createHash } from "node:crypto";
import { digestFiles, sha256 } from "../files/digest";
import { readInPieces, readPart } from "../files/planned-file";
import type { Pace } from "../files/yield";
import { type Deflate, deflateRange, packContent, reach } from "./compress";
import { crc32 } from "./crc";
import type { Job, JobResult, PackedEntry, PartJob, PlannedFile } from "./jobs";
import { localHeader, stored } from "./zip-format";

/** How this thread works. */
export interface Means {
  pace: Pace;
  deflate: Deflate;
}

export async function runJob(job: Job, means: Means): Promise<JobResult> {
  switch (job.kind) {
    case "read":
      return { ...nothing, read: await digestFiles(job.files, means.pace) };
    case "files":
      return { ...nothing, ...(await packFiles(job.files, means)) };
    case "digest":
      return { ...nothing, entries: [await digestLong(job.file, means)] };
    case "part":
      return { ...nothing, bytes: await packPart(job, means) };
  }
}

const nothing: JobResult = { read: [], bytes: new Uint8Array(), entries: [] };

type PackedFiles = Pick<JobResult, "bytes" | "entries">;

interface PackedFile {
  entry: PackedEntry;
  parts: Uint8Array[];
}

async function packFiles(files: readonly PlannedFile[], { pace, deflate }: Means): Promise<PackedFiles> {
  const packing: Promise<PackedFile>[] = [];
  for (const file of files) {
    if (pace.spent) await pace.turn();
    packing.push(packFile(file, deflate));
  }
  return joined(await Promise.all(packing));
}

async function packFile(file: PlannedFile, deflate: Deflate): Promise<PackedFile> {
  const { path, executable, size } = file;
  const content = readPart(file, 0, size);
  const packing = packContent(content, deflate);
  const known = { path, executable, size, crc: crc32(content), digest: sha256(content) };
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

const digestStep = 256 * 1024;

async function digestLong(file: PlannedFile, { pace }: Means): Promise<PackedEntry> {
  const { path, executable, size } = file;
  const hash = createHash("sha256");
  let crc = 0;
  for (const piece of readInPieces(file, digestStep)) {
    if (pace.spent) await pace.turn();
    hash.update(piece);
    crc = crc32(piece, crc);
  }
  return { path, executable, size, method: stored, packedSize: size, crc, digest: hash.digest("hex") };
}

async function packPart(
  { file, start, end, method }: PartJob,
  { pace, deflate }: Means,
): Promise<Uint8Array> {
  if (pace.spent) await pace.turn();
  if (method === stored) return readPart(file, start, end);
  const begin = Math.max(0, start - reach);
  const bytes = readPart(file, begin, end);
  return Buffer.concat(await deflateRange(bytes, { start: start - begin, last: end === file.size }, deflate));
}
