/** Writes an archive: the entries that jobs bring, in order, then the list of them all. */

import { whichExecutable } from "../files/executable";
import type { PlannedFile } from "../files/read-file";
import type { Yielder } from "../files/yield";
import { InOrder } from "./in-order";
import type { JobResult, JobRunner, PackedEntry } from "./jobs";
import { groupFiles, isLong, partsOf } from "./plan-jobs";
import type { ArchiveFile } from "./temp-file";
import { centralRecord, endRecord, localHeader, localHeaderSize } from "./zip-format";

export interface Writing {
  /** Real path of the source, if it is a folder. */
  root?: string;
  runner: JobRunner;
  file: ArchiveFile;
  yielder: Yielder;
  signal?: AbortSignal;
  /** Bytes of content done. */
  onDone(bytes: number): void;
}

/** What is known so far. */
interface Progress extends Writing {
  order: InOrder;
  done: { entry: PackedEntry; offset: number }[];
}

/** Packs the files, which are sorted by path. Answers with their entries in the same order. */
export async function writeArchive(files: readonly PlannedFile[], writing: Writing): Promise<PackedEntry[]> {
  const progress: Progress = { ...writing, order: new InOrder(writing.runner.width), done: [] };
  for (const group of groupFiles(files)) {
    if (writing.yielder.shouldYield) await writing.yielder.yield();
    const [first] = group;
    if (first && isLong(first)) await addLong(first, progress);
    else await progress.order.add(writing.runner.run({ kind: "files", files: group }), addFiles(progress));
  }
  await progress.order.end();
  await writeDirectory(progress);
  return progress.done.map(({ entry }) => entry);
}

function addFiles({ file, done, signal, onDone }: Progress): (result: JobResult) => Promise<void> {
  return async ({ bytes, entries }) => {
    signal?.throwIfAborted();
    let offset = file.size;
    await file.append(bytes, entries[0]?.path ?? "");
    for (const entry of entries) {
      done.push({ entry, offset });
      offset += localHeaderSize(entry.path) + entry.packedSize;
      onDone(entry.size);
    }
  };
}

// The header tells the CRC and the packed size, which are known last: room is left for it, and filled at the end.
async function addLong(planned: PlannedFile, progress: Progress): Promise<void> {
  const { runner, order, file, signal, onDone } = progress;
  const headerSize = localHeaderSize(planned.path);
  const { method, parts } = partsOf(planned);
  const digest = runner.run({ kind: "digest", file: planned });
  // Its turn comes after the parts, which may fail before.
  digest.catch(() => {});
  let offset = 0;
  await order.add(Promise.resolve(), () => {
    offset = file.size;
    return file.append(new Uint8Array(headerSize), planned.path);
  });
  for (const part of parts) {
    const { start, end } = part;
    await order.add(runner.run(part), async ({ bytes }) => {
      signal?.throwIfAborted();
      await file.append(bytes, planned.path);
      onDone(end - start);
    });
  }
  await order.add(digest, async ({ entries }) => {
    for (const digested of entries) {
      const entry = { ...digested, method, packedSize: file.size - offset - headerSize };
      await file.writeAt(offset, localHeader(entry));
      progress.done.push({ entry, offset });
    }
  });
}

const directoryStep = 256 * 1024;

async function writeDirectory({ file, done, yielder, root }: Progress): Promise<void> {
  const start = file.size;
  const isExecutable = whichExecutable(
    done.map(({ entry }) => entry),
    root,
  );
  let records: Uint8Array[] = [];
  let bytes = 0;
  for (const { entry, offset } of done) {
    if (yielder.shouldYield) await yielder.yield();
    const record = centralRecord({ ...entry, executable: isExecutable(entry) }, offset);
    records.push(record);
    bytes += record.length;
    if (bytes < directoryStep) continue;
    await file.append(Buffer.concat(records), entry.path);
    records = [];
    bytes = 0;
  }
  await file.append(Buffer.concat(records), "");
  await file.append(endRecord({ count: done.length, size: file.size - start, offset: start }), "");
}
