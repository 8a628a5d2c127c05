/** The packaging room's words: what goes in, and what comes out. */
import type { Readable } from "node:stream";

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
