/** Does one job on the thread it is called on. */
import { createHash } from "node:crypto";
import { type DigestTable, digestFiles, sha256, tableOf } from "../files/digest";
import { inMemory, type ModeHint, modeHint } from "../files/executable";
import { type PlannedFile, readInPieces, readPart, readWhole } from "../files/read-file";
import { Problems } from "../files/source-error";
import { deflateRange, type Packed, packContent, reach } from "./compress";
import type { Job, JobContext, JobKind, JobResults, PackedFiles } from "./jobs";
import {
  centralRecordSize,
  crc32,
  type EntryHeader,
  localHeaderSize,
  RecordWriter,
  stored,
} from "./zip-format";

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

/** What is known of a file before its compressed size is. */
interface Pending {
  file: PlannedFile;
  crc: number;
  packed: Packed | Promise<Packed>;
}

// Of thousands of tiny files, a promise and a few objects each would cost more than their bytes.
async function packFiles({ files }: Job<"files">, { yielder, deflate }: JobContext): Promise<PackedFiles> {
  const contents = Buffer.allocUnsafeSlow(spaceFor(files));
  const table: DigestTable = {
    sizes: new Float64Array(files.length),
    modes: new Uint8Array(files.length),
    digests: "",
  };
  const pending: Pending[] = [];
  let end = 0;
  for (const file of files) {
    if (yielder.shouldYield) await yielder.yield();
    const content = readWhole(file, contents, end);
    if (typeof file.from === "string") end += file.size;
    const index = pending.length;
    table.sizes[index] = file.size;
    table.modes[index] = typeof file.from === "string" ? modeHint(file.mode, content) : inMemory;
    table.digests += sha256(content);
    pending.push({ file, crc: crc32(content), packed: packContent(content, deflate) });
  }
  return { ...(await joined(pending)), table };
}

/** One byte more than the files have, which shows that the last one has grown. */
function spaceFor(files: readonly PlannedFile[]): number {
  return files.reduce((sum, { from, size }) => (typeof from === "string" ? sum + size : sum), 1);
}

async function joined(pending: readonly Pending[]): Promise<Omit<PackedFiles, "table">> {
  // No entry takes more than its header and its content as it is.
  const most = pending.reduce((sum, { file }) => sum + localHeaderSize(file.path) + file.size, 0);
  const headers = pending.reduce((sum, { file }) => sum + centralRecordSize(file.path), 0);
  const entries = new RecordWriter(most);
  const records = new RecordWriter(headers);
  for (const { file, crc, packed } of pending) {
    const { method, parts, size } = packed instanceof Promise ? await packed : packed;
    const entry: EntryHeader = { path: file.path, method, crc, size: file.size, packedSize: size };
    const offset = entries.length;
    records.central(entries.local(entry), offset);
    for (const part of parts) entries.data(part);
  }
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
