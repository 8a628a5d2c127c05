/** What packing is divided into: jobs that any thread can do, and the plan which cuts the files into them. */
import type { DigestTable } from "../files/digest";
import type { ModeHint } from "../files/executable";
import type { ListedFile } from "../files/file-list";
import { type PlannedFile, readPart } from "../files/read-file";
import type { SourceProblem } from "../files/source-error";
import type { Yielder } from "../files/yield";
import { blockSize, type Deflate, sampleRanges, shrinks } from "./compress";
import { deflated, type EntryHeader, stored } from "./zip-format";

/** Larger files are cut into several jobs. */
const jobSize = 1024 * 1024;
/** Files of a few bytes each would else make jobs that take longer than others. */
const mostFiles = 250;

interface JobFields {
  /** Digests alone, of files that are not planned yet. */
  read: { files: ListedFile[] };
  /** Whole files, which together are about `jobSize` at most. */
  files: { files: readonly PlannedFile[] };
  /** The digest and CRC of a long file. */
  digest: { file: PlannedFile };
  /** A part of a long file, as it goes into the zip. */
  part: { file: PlannedFile; start: number; end: number; method: EntryHeader["method"] };
}

export type JobKind = keyof JobFields;

/** Plain data, which can go to another thread. */
export type Job<K extends JobKind = JobKind> = { [P in K]: { kind: P } & JobFields[P] }[K];

export interface JobResults {
  read: DigestTable & { problems: SourceProblem[] };
  files: PackedFiles;
  digest: { digest: string; crc: number; mode: ModeHint };
  part: Uint8Array;
}

export interface PackedFiles {
  /** The local headers and the data of the files. */
  bytes: Uint8Array;
  /** Their records for the central directory, with offsets from the beginning of `bytes`. */
  records: Uint8Array;
  table: DigestTable;
}

/** How a thread does jobs. */
export interface JobContext {
  yielder: Yielder;
  deflate: Deflate;
}

export function isLong(file: PlannedFile): boolean {
  return typeof file.from === "string" && file.size > jobSize;
}

const partSize = 8 * blockSize;

/** The parts of a long file, all packed by the method that samples of it suggest. */
export function partsOf(file: PlannedFile): { method: EntryHeader["method"]; parts: Job<"part">[] } {
  const samples = sampleRanges(file.size).map(({ start, end }) => readPart(file, start, end));
  const method = samples.some(shrinks) ? deflated : stored;
  const parts: Job<"part">[] = [];
  for (let start = 0; start < file.size; start += partSize) {
    parts.push({ kind: "part", file, start, end: Math.min(start + partSize, file.size), method });
  }
  return { method, parts };
}

/**
 * The files to pack, cut into runs of small files, and long files alone. It can be read while it still grows, and again
 * from the start. Content in memory is never long, so that it travels once.
 */
export class PackingPlan implements AsyncIterable<readonly PlannedFile[]> {
  readonly #runs: PlannedFile[][] = [];
  #run: PlannedFile[] = [];
  #runBytes = 0;
  #files = 0;
  #bytes = 0;
  #complete = false;
  #failure: { error: unknown } | undefined;
  readonly #onComplete: (() => void)[] = [];
  #wakeReader = () => {};

  /** Number of files so far. */
  get files(): number {
    return this.#files;
  }

  /** Bytes of content so far. */
  get bytes(): number {
    return this.#bytes;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** Files come in the order of their paths. */
  add(file: PlannedFile): void {
    const isFull = this.#runBytes + file.size > jobSize || this.#run.length === mostFiles;
    if (isFull && this.#run.length > 0) this.closeRun();
    this.#run.push(file);
    this.#runBytes += file.size;
    this.#files++;
    this.#bytes += file.size;
  }

  /** No more files come. */
  end(): void {
    if (this.#run.length > 0) this.closeRun();
    this.#complete = true;
    for (const call of this.#onComplete.splice(0)) call();
    this.#wakeReader();
  }

  /** Who reads the plan gets the error. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.#wakeReader();
  }

  whenComplete(call: () => void): void {
    if (this.#complete) call();
    else this.#onComplete.push(call);
  }

  /** For one reader at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly PlannedFile[], void> {
    for (let next = 0; ; ) {
      if (this.#failure) throw this.#failure.error;
      const run = this.#runs[next];
      if (run) {
        next++;
        yield run;
      } else if (this.#complete) return;
      else
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
    }
  }

  private closeRun(): void {
    this.#runs.push(this.#run);
    this.#run = [];
    this.#runBytes = 0;
    this.#wakeReader();
  }
}
