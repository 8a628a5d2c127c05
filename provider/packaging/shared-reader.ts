/** Hashes the files of a source; when there are very many, a worker thread begins while they are still being found. */
import { availableParallelism } from "node:os";
import { byCodeUnit } from "./by-code-unit";
import { digestFiles } from "./digest";
import { type ListedFile, mostBytes, tooManyBytes } from "./listing";
import type { Pace } from "./turns";
import type { SourceFile } from "./types";
import { WorkerPool, WorkersUnavailable } from "./worker-pool";

/** Fewer files are hashed before a thread has started. */
const manyFiles = 2000;
/** Batches under way on the thread, so that it need not wait for this one. */
const mostUnderWay = 2;

// A preview reads all sources at once, and each would else start a thread of its own.
const helper = { taken: false };

/** Has to be closed. */
export class SharedReader {
  readonly #waiting: ListedFile[][] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #files: SourceFile[] = [];
  #offered = 0;
  #pool: WorkerPool | undefined;
  #poolFailed = false;
  #failure: unknown;

  constructor(private readonly pace: Pace) {}

  /** More files to hash. */
  offer(files: ListedFile[]): void {
    this.#offered += files.length;
    this.#waiting.push(files);
    if (this.#offered >= manyFiles && !this.#pool && !helper.taken && availableParallelism() > 1) {
      helper.taken = true;
      this.#pool = new WorkerPool(1);
    }
    this.hand();
  }

  /** All that was offered, sorted by path. Refuses files that together pass what a zip can carry. */
  async finish(): Promise<SourceFile[]> {
    do {
      await this.readHere();
      await Promise.all(this.#underWay);
      // A thread that failed has put its batches back.
    } while (this.#waiting.length > 0);
    if (this.#failure) throw this.#failure;
    this.#files.sort((a, b) => byCodeUnit(a.path, b.path));
    let bytes = 0;
    for (const { path, size } of this.#files) {
      bytes += size;
      if (bytes > mostBytes) throw tooManyBytes(path);
    }
    return this.#files;
  }

  async close(): Promise<void> {
    if (!this.#pool) return;
    helper.taken = false;
    await this.#pool.close();
  }

  private async readHere(): Promise<void> {
    for (let files = this.#waiting.shift(); files && !this.#failure; files = this.#waiting.shift()) {
      this.#files.push(...(await digestFiles(files, this.pace)));
    }
  }

  private hand(): void {
    while (this.#pool && !this.#poolFailed && this.#underWay.size < mostUnderWay) {
      const files = this.#waiting.shift();
      if (!files) return;
      const work: Promise<void> = this.readThere(this.#pool, files).finally(() => {
        this.#underWay.delete(work);
        this.hand();
      });
      this.#underWay.add(work);
    }
  }

  /** Never rejects: nobody listens before `finish`. */
  private async readThere(pool: WorkerPool, files: ListedFile[]): Promise<void> {
    try {
      this.#files.push(...(await pool.run({ kind: "read", files })).read);
    } catch (error) {
      if (error instanceof WorkersUnavailable) {
        this.#poolFailed = true;
        this.#waiting.push(files);
      } else this.#failure ??= error;
    }
  }
}
