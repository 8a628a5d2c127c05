/** Hashes the files of a source; if there are very many, a worker thread begins while they are still being listed. */
import { availableParallelism } from "node:os";
import { deflateHere } from "./archive/compress";
import { WorkerPool, WorkersUnavailable } from "./archive/worker-pool";
import { type DigestedFile, digestFiles, filesOf } from "./files/digest";
import { type ListedFile, maxBytes, tooManyBytes } from "./files/file-list";
import { type Problems, SourceError } from "./files/source-error";
import type { Yielder } from "./files/yield";

/** Fewer files are hashed before a thread would have started. */
const manyFiles = 1500;

// A preview may read many sources at once; each would start a thread of its own.
const helper = { taken: false };

/** Files, and their digests from a thread; undefined if there is no thread or it failed. */
interface Batch {
  files: ListedFile[];
  digested: Promise<DigestedFile[] | undefined>;
}

/** Passes batches of files to a worker thread, and joins in when all are listed. Call `close` in the end. */
export class ParallelHasher {
  readonly #batches: Batch[] = [];
  #offered = 0;
  #pool: WorkerPool | undefined;

  /** Problems of single files are added to `problems`. */
  constructor(
    private readonly yielder: Yielder,
    private readonly problems: Problems,
  ) {}

  /** Adds files to hash. */
  offer(files: ListedFile[]): void {
    this.#offered += files.length;
    this.#batches.push({ files, digested: this.handOver(files) });
    if (this.#offered < manyFiles || this.#pool || helper.taken || availableParallelism() === 1) return;
    helper.taken = true;
    this.#pool = new WorkerPool(1);
    for (const batch of this.#batches) batch.digested = this.handOver(batch.files);
  }

  /** All files in the order in which they were offered. Throws if they exceed the maximum size of a zip. */
  async finish(): Promise<DigestedFile[]> {
    this.#pool?.join({ yielder: this.yielder, deflate: deflateHere });
    const files: DigestedFile[] = [];
    for (const batch of this.#batches) {
      const digested =
        (await batch.digested) ?? (await digestFiles(batch.files, this.yielder, this.problems));
      for (const file of digested) files.push(file);
    }
    let bytes = 0;
    for (const { path, size } of files) {
      bytes += size;
      if (bytes > maxBytes) throw tooManyBytes(path);
    }
    return files;
  }

  /** Ends the thread, without waiting for it. */
  close(): void {
    if (!this.#pool) return;
    helper.taken = false;
    this.#pool.close().catch(() => {});
  }

  private handOver(files: ListedFile[]): Promise<DigestedFile[] | undefined> {
    const digested = this.#pool ? this.digestThere(this.#pool, files) : Promise.resolve(undefined);
    // A failure is thrown by `finish`; until then it must not count as unhandled.
    digested.catch(() => {});
    return digested;
  }

  private async digestThere(pool: WorkerPool, files: ListedFile[]): Promise<DigestedFile[] | undefined> {
    try {
      const { problems, ...table } = await pool.run({ kind: "read", files });
      for (const { kind, path, message } of problems) this.problems.add(new SourceError(kind, path, message));
      // Files with a problem are missing in the table, and the others are not needed then.
      return problems.length === 0 ? filesOf(table, files) : [];
    } catch (error) {
      if (error instanceof WorkersUnavailable) return undefined;
      throw error;
    }
  }
}
