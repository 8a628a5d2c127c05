/** What packaging takes, and what it gives. */
import type { Readable } from "node:stream";
import type { IgnoringRule } from "./ignore";

/** What the user gave as `source`, as plain data. */
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
  /** Worth a word in the preview: one line each, with its cause and what to do. */
  warnings: string[];
  /** Absolute paths of all that was looked at: folders, ignore files and files, or the given `.zip`. */
  readFrom(): string[];
  /** What ignore files leave out. Looked up when asked for. */
  leftOut(): LeftOut;
  /** The rule that leaves a path out which is there otherwise. */
  ignoredBy(path: string): IgnoringRule | undefined;
  /** The folders to look at when the source is too large: three at most, the largest first. */
  largestFolders(): FolderSize[];
}

export interface LeftOut {
  /** Files, and folders that were left out whole. */
  count: number;
  /** Files that git tracks all the same, those in such folders included. */
  tracked: number;
  /** Up to five paths, folders with a slash at the end: tracked files first, and then those nearest to the root. */
  examples: string[];
}

export interface FolderSize {
  /** With a slash at the end. */
  path: string;
  files: number;
  bytes: number;
}

export interface ReadOptions {
  /** Folder that relative paths start from. */
  baseDir: string;
  /** gitignore patterns, after those of the ignore files. */
  ignore?: readonly string[];
  signal?: AbortSignal;
}

export interface PackOptions extends ReadOptions {
  /** Path to text: added to the archive but not to the hash; the entries of a given `.zip` stay untouched. */
  extraFiles?: Readonly<Record<string, string>>;
  /** Bytes of content done and in all. */
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
  /** A fresh stream at each call, so that a request can be sent again. */
  open(onSent?: (sent: number, total: number) => void): Readable;
  /** Deletes the archive. */
  dispose(): Promise<void>;
}
