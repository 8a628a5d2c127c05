/** Jobs, which any thread can do, and the plan that divides the files into them. */
import type { DigestTable } from "../files/digest";
import type { ModeHint } from "../files/executable";
import type { ListedFile } from "../files/file-list";
import { type PlannedFile, readPart } from "../files/read-file";
import type { SourceProblem } from "../files/source-error";
import type { Yielder } from "../files/yield";
import { blockSize, type Deflate, sampleRanges, shrinks } from "./compress";
import { deflated, type EntryHeader, stored } from "./zip-format";

/** Bytes; larger files are divided into several jobs. */
const jobSize = 1024 * 1024;
/** Without this limit, jobs of tiny files would take longer than others. */
const maxFiles = 250;

interface JobFields {
  /** Only digests, of files that were not planned yet. */
  read: { files: ListedFile[] };
  /** Whole files, together about `jobSize` at most. */
  files: { files: readonly PlannedFile[] };
  /** The digest and CRC of a long file. */
  digest: { file: PlannedFile };
  /** A part of a long file, as it is written to the zip. */
  part: { file: PlannedFile; start: number; end: number; method: EntryHeader["method"] };
}

export type JobKind = keyof JobFields;

/** Plain data, which can be sent to another thread. */
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
  /** Their records for the central directory, with offsets relative to `bytes`. */
  records: Uint8Array;
  table: DigestTable;
}

/** What differs between threads. */
export interface JobContext {
  yielder: Yielder;
  deflate: Deflate;
}

export function isLong(file: PlannedFile): boolean {
  return typeof file.from === "string" && file.size > jobSize;
}

const partSize = 8 * blockSize;

/** The parts of a long file, and their compression method according to samples of it. */
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
 * The files to pack, divided into runs of small files and single long files. It can be read while it still grows, and more
 * than once. Content in memory is never divided, so that it is sent to another thread only once.
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

  /** Call it in the order of the paths. */
  add(file: PlannedFile): void {
    const isFull = this.#runBytes + file.size > jobSize || this.#run.length === maxFiles;
    if (isFull && this.#run.length > 0) this.closeRun();
    this.#run.push(file);
    this.#runBytes += file.size;
    this.#files++;
    this.#bytes += file.size;
  }

  /** Completes the plan. */
  end(): void {
    if (this.#run.length > 0) this.closeRun();
    this.#complete = true;
    for (const call of this.#onComplete.splice(0)) call();
    this.#wakeReader();
  }

  /** Readers of the plan receive the error. */
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
