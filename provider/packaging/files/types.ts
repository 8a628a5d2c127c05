/** The input and output types of packaging. */
import type { Readable } from "node:stream";
import type { IgnoringRule } from "./ignore";

/** The argument `source` as plain data. */
export type SourceSpec =
  /** A folder or a `.zip`; relative to `baseDir`. */
  | { kind: "path"; path: string }
  /** An asset map; the keys are paths in the zip. */
  | { kind: "assets"; entries: Record<string, AssetEntry> };

export type AssetEntry =
  | { kind: "text"; text: string }
  | { kind: "file"; path: string }
  | { kind: "folder"; path: string };

export interface SourceFile {
  /** Relative, with `/`. */
  path: string;
  executable: boolean;
  /** Bytes. */
  size: number;
  /** SHA-256 of the content, in hex. */
  digest: string;
}

export interface Source {
  /** Hash over sorted paths, executable bits and contents of all files; for a given `.zip`, of its bytes. */
  hash: string;
  /** Sorted by code unit of the path. For a given `.zip`: its file entries. */
  files: SourceFile[];
  /** Sum of the sizes. */
  bytes: number;
  /** Text of a `camposcloud.config` at the root, if it is among the files. */
  config?: string;
  /** For the preview: one line each, with the cause and what to do. */
  warnings: string[];
  /** Absolute paths of everything that was read: folders, ignore files and files, or the given `.zip`. */
  readFrom(): string[];
  /** What ignore files leave out; computed on demand. */
  leftOut(): LeftOut;
  /** Why a path that exists is not among the files. */
  ignoredBy(path: string): Ignored | undefined;
  /** The largest folders, for a source that is too large: at most three, the largest first. */
  largestFolders(): FolderSize[];
}

export interface Ignored {
  rule: IgnoringRule;
  /** The pattern that includes it, or the folder that is left out with it. */
  inclusion: string;
}

export interface LeftOut {
  /** Number of files, and of folders that were left out as a whole. */
  count: number;
  /** Number of these files that git tracks, including those in such folders. */
  tracked: number;
  /** Up to five paths, folders with a trailing slash: tracked files first, then those nearest to the root. */
  examples: string[];
  /** Whether there are more than these examples. */
  more: boolean;
  /** `.env` files that git tracks, those nearest to the root first. They are always left out. */
  envFiles: string[];
}

export interface FolderSize {
  /** With a trailing slash. */
  path: string;
  files: number;
  bytes: number;
}

export interface ReadOptions {
  /** The folder to which relative paths are relative. */
  baseDir: string;
  /** gitignore patterns, after those of the ignore files. */
  ignore?: readonly string[];
  signal?: AbortSignal;
}

export interface PackOptions extends ReadOptions {
  /** Path to text: added to the archive but not to the hash; the entries of a given `.zip` stay untouched. */
  extraFiles?: Readonly<Record<string, string>>;
  /** Called with the bytes of content that are done, and with the total. */
  onProgress?: (done: number, total: number) => void;
  /** Folder for the archive. Default: the system's temporary folder. */
  tempDir?: string;
}

export interface Archive {
  /** Hash of the files as they were packed, comparable with `Source.hash`. */
  readonly hash: string;
  /** Bytes of the archive. */
  readonly size: number;
  readonly files: readonly SourceFile[];
  /** A new stream on each call, so that a request can be sent again. */
  open(onSent?: (sent: number, total: number) => void): Readable;
  /** Deletes the archive. */
  dispose(): Promise<void>;
}
