/** Does one job on the calling thread. */
import { createHash } from "node:crypto";
import { digestFiles, sha256, tableOf } from "../files/digest";
import { inMemory, type ModeHint, modeHint } from "../files/executable";
import { type PlannedFile, readInPieces, readPart, readWhole } from "../files/read-file";
import { Problems } from "../files/source-error";
import { deflateRange, type Packed, packContent, reach } from "./compress";
import type { Job, JobContext, JobKind, JobResults, PackedFiles } from "./jobs";
import { centralRecordSize, crc32, localHeaderSize, RecordWriter, stored } from "./zip-format";

export function runJob<K extends JobKind>(job: Job<K>, context: JobContext): Promise<JobResults[K]> {
  return handlers[job.kind](job, context);
}

type Handlers = { [K in JobKind]: (job: Job<K>, context: JobContext) => Promise<JobResults[K]> };

const handlers: Handlers = { read: digest, files: packFiles, digest: digestLong, part: packPart };

async function digest({ files }: Job<"read">, { yielder }: JobContext): Promise<JobResults["read"]> {
  const problems = new Problems();
  const digested = await digestFiles(files, yielder, problems);
  return { ...tableOf(digested), problems: problems.list() };
}

async function packFiles({ files }: Job<"files">, { yielder, deflate }: JobContext): Promise<PackedFiles> {
  const contents = Buffer.allocUnsafeSlow(spaceFor(files));
  const digests: string[] = [];
  const modes = new Uint8Array(files.length);
  const crcs = new Uint32Array(files.length);
  const packing: (Packed | Promise<Packed>)[] = [];
  let end = 0;
  for (const file of files) {
    if (yielder.shouldYield) await yielder.yield();
    const content = readWhole(file, contents, end);
    if (typeof file.from === "string") end += file.size;
    const packed = packContent(content, deflate);
    // A failure is thrown below, unless another file fails first.
    if (packed instanceof Promise) packed.catch(() => {});
    packing.push(packed);
    modes[digests.length] = typeof file.from === "string" ? modeHint(file.mode, content) : inMemory;
    crcs[digests.length] = crc32(content);
    digests.push(sha256(content));
  }
  const packed = packing.every(isDone) ? packing : await Promise.all(packing);
  const sizes = Float64Array.from(files, ({ size }) => size);
  return { ...joined(files, crcs, packed), table: { sizes, modes, digests: digests.join("") } };
}

function isDone(packing: Packed | Promise<Packed>): packing is Packed {
  return !(packing instanceof Promise);
}

/** One byte more than the files have: if it is used, the last file has grown. */
function spaceFor(files: readonly PlannedFile[]): number {
  return files.reduce((sum, { from, size }) => (typeof from === "string" ? sum + size : sum), 1);
}

function joined(
  files: readonly PlannedFile[],
  crcs: Uint32Array,
  packed: readonly Packed[],
): Omit<PackedFiles, "table"> {
  // No entry is larger than its header and its uncompressed content.
  const capacity = files.reduce((sum, { path, size }) => sum + localHeaderSize(path) + size, 0);
  const entries = new RecordWriter(capacity);
  const records = new RecordWriter(files.reduce((sum, { path }) => sum + centralRecordSize(path), 0));
  packed.forEach(({ method, parts, size: packedSize }, i) => {
    const { path = "", size = 0 } = files[i] ?? {};
    const offset = entries.length;
    records.central(entries.local({ path, method, crc: crcs[i] ?? 0, size, packedSize }), offset);
    for (const part of parts) entries.data(part);
  });
  return { bytes: entries.written, records: records.written };
}

const digestStep = 256 * 1024;

async function digestLong({ file }: Job<"digest">, { yielder }: JobContext): Promise<JobResults["digest"]> {
  const hash = createHash("sha256");
  let mode: ModeHint | undefined;
  let crc = 0;
  for (const piece of readInPieces(file, digestStep)) {
    if (yielder.shouldYield) await yielder.yield();
    mode ??= modeHint(file.mode, piece);
    hash.update(piece);
    crc = crc32(piece, crc);
  }
  return { digest: hash.digest("hex"), crc, mode: mode ?? inMemory };
}

async function packPart(
  { file, start, end, method }: Job<"part">,
  { yielder, deflate }: JobContext,
): Promise<Uint8Array> {
  if (yielder.shouldYield) await yielder.yield();
  if (method === stored) return readPart(file, start, end);
  const begin = Math.max(0, start - reach);
  const bytes = readPart(file, begin, end);
  return Buffer.concat(await deflateRange(bytes, { start: start - begin, last: end === file.size }, deflate));
}
