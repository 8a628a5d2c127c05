/** The pieces of work that packing consists of, as plain data which can go to another thread and come back. */
import type { DigestedFile } from "../files/digest";
import type { ModeHints } from "../files/executable";
import type { ListedFile } from "../files/file-list";
import type { PlannedFile } from "../files/read-file";
import type { SourceProblem } from "../files/source-error";
import type { Yielder } from "../files/yield";
import type { Deflate } from "./compress";
import type { EntryHeader } from "./zip-format";

/** Larger files are cut into several jobs. */
export const jobSize = 1024 * 1024;

export type Job =
  /** Digests alone, of files that are not planned yet. */
  | { kind: "read"; files: ListedFile[] }
  /** Whole files, which together are about `jobSize` at most: their local headers and data. */
  | { kind: "files"; files: PlannedFile[] }
  /** The digest and CRC of a long file. */
  | { kind: "digest"; file: PlannedFile }
  | PartJob;

/** A part of a long file, as it goes into the zip. */
export interface PartJob {
  kind: "part";
  file: PlannedFile;
  start: number;
  end: number;
  method: EntryHeader["method"];
}

export interface JobResult {
  /** Of a `read` job. */
  read: DigestedFile[];
  /** What was wrong with files of a `read` job. */
  problems: SourceProblem[];
  bytes: Uint8Array;
  /** Of each file of a `files` job, and of the file of a `digest` job (as if stored). */
  entries: PackedEntry[];
}

/** An entry, and what the hash of the source needs to know of it. */
export interface PackedEntry extends EntryHeader, ModeHints {
  /** SHA-256 of the content, in hex. */
  digest: string;
}

/** How a thread does jobs. */
export interface JobContext {
  yielder: Yielder;
  deflate: Deflate;
}

/** Does jobs: on this thread or on others. */
export interface JobRunner {
  /** How many jobs to have under way at a time. */
  readonly width: number;
  run(job: Job): Promise<JobResult>;
}
