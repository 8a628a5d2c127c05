/** Hashes the files of a source; when there are very many, a worker thread begins while they are still being found. */
import { availableParallelism } from "node:os";
import { WorkerPool, WorkersUnavailable } from "./archive/worker-pool";
import { type DigestedFile, digestFiles } from "./files/digest";
import { type ListedFile, mostBytes, tooManyBytes } from "./files/file-list";
import { type Problems, SourceError } from "./files/source-error";
import type { Yielder } from "./files/yield";

/** Fewer files are hashed before a thread has started. */
const manyFiles = 1500;
/** Batches under way on the thread, so that it need not wait for this one. */
const mostUnderWay = 2;

// A preview reads all sources at once, and each would else start a thread of its own.
const helper = { taken: false };

interface Batch {
  index: number;
  files: ListedFile[];
}

/** Hands batches to a worker thread while it hashes others itself. Has to be closed. */
export class ParallelHasher {
  readonly #waiting: Batch[] = [];
  readonly #underWay = new Set<Promise<void>>();
  /** By the batches' indexes. */
  readonly #done: DigestedFile[][] = [];
  #offered = 0;
  #batches = 0;
  #pool: WorkerPool | undefined;
  #poolFailed = false;
  #failure: unknown;

  /** `problems` takes up what is wrong with single files. */
  constructor(
    private readonly yielder: Yielder,
    private readonly problems: Problems,
  ) {}

  /** More files to hash. */
  offer(files: ListedFile[]): void {
    this.#offered += files.length;
    this.#waiting.push({ index: this.#batches++, files });
    if (this.#offered >= manyFiles && !this.#pool && !helper.taken && availableParallelism() > 1) {
      helper.taken = true;
      this.#pool = new WorkerPool(1);
    }
    this.hand();
  }

  /** All that was offered, in the order of offering. Refuses files that together pass what a zip can carry. */
  async finish(): Promise<DigestedFile[]> {
    do {
      await this.readHere();
      await Promise.all(this.#underWay);
      // A thread that failed has put its batches back.
    } while (this.#waiting.length > 0);
    if (this.#failure) throw this.#failure;
    const files = this.#done.flat();
    let bytes = 0;
    for (const { path, size } of files) {
      bytes += size;
      if (bytes > mostBytes) throw tooManyBytes(path);
    }
    return files;
  }

  /** The thread ends by itself from then on. */
  close(): void {
    if (!this.#pool) return;
    helper.taken = false;
    this.#pool.close().catch(() => {});
  }

  private async readHere(): Promise<void> {
    for (let batch = this.#waiting.shift(); batch && !this.#failure; batch = this.#waiting.shift()) {
      this.#done[batch.index] = await digestFiles(batch.files, this.yielder, this.problems);
    }
  }

  private hand(): void {
    while (this.#pool && !this.#poolFailed && this.#underWay.size < mostUnderWay) {
      const batch = this.#waiting.shift();
      if (!batch) return;
      const work: Promise<void> = this.readThere(this.#pool, batch).finally(() => {
        this.#underWay.delete(work);
        this.hand();
      });
      this.#underWay.add(work);
    }
  }

  /** Never rejects: nobody listens before `finish`. */
  private async readThere(pool: WorkerPool, batch: Batch): Promise<void> {
    try {
      const { read, problems } = await pool.run({ kind: "read", files: batch.files });
      this.#done[batch.index] = read;
      for (const { kind, path, message } of problems) this.problems.add(new SourceError(kind, path, message));
    } catch (error) {
      if (error instanceof WorkersUnavailable) {
        this.#poolFailed = true;
        this.#waiting.push(batch);
      } else this.#failure ??= error;
    }
  }
}
