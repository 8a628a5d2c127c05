/** Reads git's index: which files of a source git tracks, and which of them it has as executable. */
import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/** Path below the source to whether git has it as executable. */
export type TrackedFiles = ReadonlyMap<string, boolean>;

/** Larger ones would block the event loop for too long. */
const maxIndexBytes = 32 * 1024 * 1024;

/** `folder` is the real path of the source. Includes its submodules. Empty without a repository, and if it cannot be read. */
export function readGitIndex(folder: string): TrackedFiles {
  const { files, submodules } = readIndex(folder);
  for (const path of submodules)
    for (const [file, executable] of submoduleFiles(join(folder, path)))
      files.set(`${path}/${file}`, executable);
  return files;
}

function submoduleFiles(folder: string): TrackedFiles {
  // Without `git submodule update` it is an empty folder, which has no `.git`.
  const isRepository = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory();
  return isRepository && existsSync(join(folder, ".git")) ? readGitIndex(folder) : new Map();
}

interface Index {
  files: Map<string, boolean>;
  /** Paths of the repositories in this one. */
  submodules: string[];
}

function readIndex(folder: string): Index {
  const empty = { files: new Map(), submodules: [] };
  try {
    const repository = findRepository(folder);
    if (!repository) return empty;
    const path = join(repository.gitDir, "index");
    if (statSync(path).size > maxIndexBytes) return empty;
    const below = relative(repository.root, folder).split(sep).join("/");
    const bytes = readFileSync(path);
    const prefix = below === "" ? "" : `${below}/`;
    return parseIndex(bytes, prefix, 20) ?? parseIndex(bytes, prefix, 32) ?? empty;
  } catch {
    // The index only improves messages and executable bits, so an unreadable one is not an error.
    return empty;
  }
}

function findRepository(folder: string): { root: string; gitDir: string } | undefined {
  for (let root = folder; ; root = dirname(root)) {
    const git = join(root, ".git");
    if (existsSync(git)) return { root, gitDir: gitDirOf(git, root) };
    if (dirname(root) === root) return undefined;
  }
}

// In work trees and submodules `.git` is a file that names the folder.
function gitDirOf(git: string, root: string): string {
  if (statSync(git).isDirectory()) return git;
  return resolve(
    root,
    readFileSync(git, "utf8")
      .replace(/^gitdir:/, "")
      .trim(),
  );
}

const signature = 0x44495243; // DIRC
const beforeId = 40;
const modeAt = 24;
const extended = 0x4000;

/** The format is documented in gitformat-index(5). Undefined if the index does not have ids of `idSize` bytes. */
function parseIndex(bytes: Buffer, prefix: string, idSize: number): Index | undefined {
  const version = bytes.readUInt32BE(4);
  if (bytes.readUInt32BE(0) !== signature || version < 2 || version > 4) return undefined;
  const index: Index = { files: new Map(), submodules: [] };
  let previous: Buffer = Buffer.alloc(0);
  let at = 12;
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const start = at;
    const flagsAt = start + beforeId + idSize;
    if (flagsAt + 2 > bytes.length) return undefined;
    const nameAt = flagsAt + ((bytes.readUInt16BE(flagsAt) & extended) !== 0 ? 4 : 2);
    const kept = version === 4 ? readOffset(bytes, nameAt) : { value: previous.length, end: nameAt };
    const end = bytes.indexOf(0, kept.end);
    if (end < 0 || kept.value > previous.length) return undefined;
    const head = previous.subarray(0, previous.length - kept.value);
    const name: Buffer = Buffer.concat([head, bytes.subarray(kept.end, end)]);
    if (Buffer.compare(previous, name) > 0) return undefined;
    const path = name.toString("utf8");
    const mode = bytes.readUInt32BE(start + modeAt);
    if (path.startsWith(prefix)) addTo(index, path.slice(prefix.length), mode);
    previous = name;
    // Before version 4, entries are padded with 1 to 8 zero bytes to a multiple of eight bytes.
    at = version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
  }
  return index;
}

const typeBits = 0o170000;
const submodule = 0o160000;

function addTo({ files, submodules }: Index, path: string, mode: number): void {
  if ((mode & typeBits) === submodule) submodules.push(path);
  else files.set(path, (mode & 0o100) !== 0);
}

/** Git's variable-width number: each byte but the last has its high bit set, and adds one. */
function readOffset(bytes: Buffer, start: number): { value: number; end: number } {
  let end = start;
  let byte = bytes.readUInt8(end++);
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes.readUInt8(end++);
    value = ((value + 1) << 7) | (byte & 0x7f);
  }
  return { value, end };
}
