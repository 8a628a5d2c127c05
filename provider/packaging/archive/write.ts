/** Writes an archive: the entries that jobs produce, in order, then the central directory. */
import { type DigestedFile, filesOf } from "../files/digest";
import type { PlannedFile } from "../files/read-file";
import type { SourceFile } from "../files/types";
import type { Yielder } from "../files/yield";
import { isLong, type PackedFiles, type PackingPlan, partsOf } from "./jobs";
import { OrderedQueue } from "./ordered-queue";
import type { ArchiveFile } from "./temp-file";
import type { WorkerPool } from "./worker-pool";
import {
  centralRecord,
  type EntryHeader,
  endRecord,
  localHeader,
  localHeaderSize,
  placeRecords,
} from "./zip-format";

export interface Writing {
  pool: WorkerPool;
  file: ArchiveFile;
  signal?: AbortSignal;
  /** Called with the bytes of content that were packed. */
  onDone(bytes: number): void;
}

/** Entries that are written, with their records for the central directory. */
export interface WrittenRun {
  files: DigestedFile[];
  records: Uint8Array;
  /** The position in the archive that the offsets of the records are relative to. */
  start: number;
}

/** The state while writing. */
interface Progress extends Writing {
  order: OrderedQueue;
  done: WrittenRun[];
}

/** Packs the files of the plan. Returns their entries in the same order. */
export async function writeEntries(plan: PackingPlan, writing: Writing): Promise<WrittenRun[]> {
  const progress: Progress = { ...writing, order: new OrderedQueue(writing.pool.width), done: [] };
  for await (const run of plan) {
    const [first] = run;
    if (first && isLong(first)) await addLong(first, progress);
    else await progress.order.add(writing.pool.run({ kind: "files", files: run }), addRun(run, progress));
  }
  await progress.order.end();
  await writing.file.flush();
  return progress.done;
}

function addRun(
  run: readonly PlannedFile[],
  { file, done, signal, onDone }: Progress,
): (packed: PackedFiles) => Promise<void> {
  return async ({ bytes, records, table }) => {
    signal?.throwIfAborted();
    const start = file.size;
    await file.queue(bytes, run[0]?.path ?? "");
    done.push({ files: filesOf(table, run), records, start });
    onDone(run.reduce((sum, { size }) => sum + size, 0));
  };
}

// The header contains the CRC and the packed size, which are only known in the end: space is reserved, and filled then.
async function addLong(planned: PlannedFile, progress: Progress): Promise<void> {
  const { pool, order, file, signal, onDone } = progress;
  const { path, size } = planned;
  const headerSize = localHeaderSize(path);
  const { method, parts } = partsOf(planned);
  const digesting = pool.run({ kind: "digest", file: planned });
  // Its result is used after the parts, which may fail first.
  digesting.catch(() => {});
  let start = 0;
  await order.add(Promise.resolve(), () => {
    start = file.reserve(headerSize, path);
  });
  for (const part of parts) {
    await order.add(pool.run(part), async (bytes) => {
      signal?.throwIfAborted();
      await file.queue(bytes, path);
      onDone(part.end - part.start);
    });
  }
  await order.add(digesting, async ({ digest, crc, mode }) => {
    const entry: EntryHeader = { path, size, crc, method, packedSize: file.size - start - headerSize };
    await file.writeAt(start, localHeader(entry));
    const records = centralRecord(entry, 0);
    progress.done.push({ files: [{ path, size, digest, mode }], records, start });
  });
}

const directoryStep = 256 * 1024;

/** Writes the central directory, the end of the archive. `files` are those of the runs. */
export async function writeDirectory(
  { file, yielder }: { file: ArchiveFile; yielder: Yielder },
  runs: readonly WrittenRun[],
  files: readonly SourceFile[],
): Promise<void> {
  const offset = file.size;
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  let placed = 0;
  for (const run of runs) {
    if (yielder.shouldYield) await yielder.yield();
    placeRecords(run.records, run.start, files.slice(placed, placed + run.files.length));
    placed += run.files.length;
    pieces.push(run.records);
    bytes += run.records.length;
    if (bytes < directoryStep) continue;
    await file.append(Buffer.concat(pieces), run.files[0]?.path ?? "");
    pieces = [];
    bytes = 0;
  }
  await file.append(Buffer.concat(pieces), "");
  await file.append(endRecord({ count: files.length, size: file.size - offset, offset }), "");
}
