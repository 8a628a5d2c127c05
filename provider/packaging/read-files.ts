/** Hashes all files of a source, with the help of a worker thread when there are very many. */
import { availableParallelism } from "node:os";
import { digestFiles } from "./digest";
import { type ListedFile, mostBytes, tooManyBytes } from "./listing";
import { OneAtATime } from "./one-at-a-time";
import type { Pace } from "./turns";
import type { SourceFile } from "./types";
import { WorkerPool, WorkersUnavailable } from "./worker-pool";

/** Fewer are hashed before a thread has started. */
const manyFiles = 2500;
/** Files handed over at a time: a few milliseconds of work. */
const batchSize = 250;

// Each source would else start a thread of its own, and a preview reads all sources at once.
const threadedReads = new OneAtATime();

/** Answers in the order given. Refuses files that together pass what a zip can carry. */
export async function readFiles(listed: readonly ListedFile[], pace: Pace): Promise<SourceFile[]> {
  const alone = listed.length < manyFiles || availableParallelism() === 1;
  const files = alone
    ? await digestFiles(listed, pace)
    : await threadedReads.run(() => readShared(listed, pace));
  let bytes = 0;
  for (const { path, size } of files) {
    bytes += size;
    if (bytes > mostBytes) throw tooManyBytes(path);
  }
  return files;
}

interface Batch {
  index: number;
  files: ListedFile[];
}

// This thread begins at once and takes batches from the front, while the other one starts; then both share.
async function readShared(listed: readonly ListedFile[], pace: Pace): Promise<SourceFile[]> {
  const batches = inBatches(listed);
  const done: SourceFile[][] = [];
  const pool = new WorkerPool(1);
  try {
    const helped = Promise.all([help(batches, done, pool), help(batches, done, pool)]);
    helped.catch(() => {});
    await readHere(batches, done, pace);
    await helped;
    // What a thread that died has put back.
    await readHere(batches, done, pace);
  } finally {
    await pool.close();
  }
  return done.flat();
}

function inBatches(listed: readonly ListedFile[]): Batch[] {
  const count = Math.ceil(listed.length / batchSize);
  return Array.from({ length: count }, (_, index) => {
    return { index, files: listed.slice(index * batchSize, (index + 1) * batchSize) };
  });
}

async function readHere(batches: Batch[], done: SourceFile[][], pace: Pace): Promise<void> {
  for (let batch = batches.shift(); batch; batch = batches.shift()) {
    done[batch.index] = await digestFiles(batch.files, pace);
  }
}

async function help(batches: Batch[], done: SourceFile[][], pool: WorkerPool): Promise<void> {
  for (let batch = batches.pop(); batch; batch = batches.pop()) {
    try {
      done[batch.index] = (await pool.run({ kind: "read", files: batch.files })).read;
    } catch (error) {
      if (!(error instanceof WorkersUnavailable)) throw error;
      batches.push(batch);
      return;
    }
  }
}
