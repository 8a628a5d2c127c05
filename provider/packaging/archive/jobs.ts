/** The pieces of work that packing consists of, as plain data which can go to another thread and come back. */
import type { ListedFile } from "../files/file-list";
import type { SourceFile } from "../files/types";
import type { ZipEntry } from "./zip-format";

/** Larger files are cut into several jobs. */
export const jobSize = 1024 * 1024;

/** A file as it was looked up before packing; a difference found later is an error. */
export interface PlannedFile {
  path: string;
  from: string | Uint8Array;
  executable: boolean;
  size: number;
  /** Time of the last change, in milliseconds; 0 for content in memory. */
  modified: number;
}

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
  method: ZipEntry["method"];
}

export interface JobResult {
  /** Of a `read` job. */
  read: SourceFile[];
  bytes: Uint8Array;
  /** Of each file of a `files` job, and of the file of a `digest` job (as if stored). */
  entries: PackedEntry[];
}

/** An entry, and what the hash of the source needs to know of it. */
export interface PackedEntry extends ZipEntry {
  /** SHA-256 of the content, in hex. */
  digest: string;
}

/** Does jobs: on this thread or on others. */
export interface Driver {
  /** How many jobs to have under way at a time. */
  readonly width: number;
  run(job: Job): Promise<JobResult>;
}
