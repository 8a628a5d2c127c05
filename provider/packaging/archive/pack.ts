/** Packs files into a temporary archive, on worker threads when there is much to do. */
import { availableParallelism } from "node:os";
import { digestFiles, hashOf, sourceFiles } from "../files/digest";
import { byCodeUnit, type ListedFile, mostEntries, tooManyEntries } from "../files/file-list";
import { type PlannedFile, planFile } from "../files/read-file";
import { Problems } from "../files/source-error";
import type { Archive, PackOptions, SourceFile } from "../files/types";
import type { Yielder } from "../files/yield";
import { deflateInPool } from "./compress";
import type { JobRunner, PackedEntry } from "./jobs";
import { OneAtATime } from "./one-at-a-time";
import { runJob } from "./run-job";
import { ArchiveFile } from "./temp-file";
import { WorkerPool, WorkersUnavailable } from "./worker-pool";
import { writeArchive } from "./write";

/** Up to here starting threads takes longer than they save. */
const fewFiles = 500;
const fewBytes = 4 * 1024 * 1024;
/** More would be waiting for this thread to write. */
const mostThreads = 4;

// Several big archives at once would be no faster, and each would take its own threads and memory.
const threadedPacks = new OneAtATime();

/** What both ways of packing need. */
export interface Packing {
  files: readonly PlannedFile[];
  /** Real path of the source, if it is a folder. */
  root?: string;
  file: ArchiveFile;
  /** Bytes of content. */
  bytes: number;
  options: PackOptions;
  yielder: Yielder;
}

/** `files` are sorted by path. The archive is deleted again when packing fails. */
export async function packFiles(
  { files: listed, root }: { files: readonly ListedFile[]; root?: string },
  options: PackOptions,
  yielder: Yielder,
): Promise<Archive> {
  const extra = options.extraFiles ?? {};
  const isExtra = ({ path }: { path: string }) => Object.hasOwn(extra, path);
  const files = await planAll(withExtra(listed, extra), yielder);
  // An extra file takes the place of one in the source, but not in the hash.
  const problems = new Problems();
  const replaced = await digestFiles(listed.filter(isExtra), yielder, problems);
  problems.throwIfAny();
  const file = await ArchiveFile.create(options.tempDir);
  try {
    const entries = await pack({ files, root, file, bytes: sizeOf(files), options, yielder });
    const own = entries.filter((entry) => !isExtra(entry));
    return archiveOf(file, sourceFiles([...own, ...replaced], root));
  } catch (error) {
    await file.dispose();
    throw error;
  }
}

function withExtra(listed: readonly ListedFile[], extra: Readonly<Record<string, string>>): ListedFile[] {
  const added = Object.entries(extra).map(([path, text]) => ({ path, from: new TextEncoder().encode(text) }));
  if (added.length === 0) return [...listed];
  return [...listed.filter(({ path }) => !Object.hasOwn(extra, path)), ...added].sort(byPath);
}

function byPath(a: { path: string }, b: { path: string }): number {
  return byCodeUnit(a.path, b.path);
}

async function planAll(listed: readonly ListedFile[], yielder: Yielder): Promise<PlannedFile[]> {
  if (listed.length > mostEntries) throw tooManyEntries(listed[0]?.path ?? "");
  const files: PlannedFile[] = [];
  for (const each of listed) {
    if (yielder.shouldYield) await yielder.yield();
    files.push(planFile(each));
  }
  return files;
}

function sizeOf(files: readonly PlannedFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

async function pack(packing: Packing): Promise<PackedEntry[]> {
  const { files, bytes } = packing;
  if (files.length <= fewFiles && bytes <= fewBytes) return packHere(packing);
  return threadedPacks.run(() => packOnThreads(packing));
}

export function packHere(packing: Packing): Promise<PackedEntry[]> {
  const context = { yielder: packing.yielder, deflate: deflateInPool };
  return write(packing, { width: 3, run: (job) => runJob(job, context) });
}

/** Falls back to this thread when threads cannot be had: the bytes are the same. */
export async function packOnThreads(packing: Packing, workerFile?: string): Promise<PackedEntry[]> {
  const pool = new WorkerPool(Math.min(availableParallelism(), mostThreads), workerFile);
  try {
    return await write(packing, pool);
  } catch (error) {
    if (!(error instanceof WorkersUnavailable)) throw error;
    await packing.file.truncate(0);
    return await packHere(packing);
  } finally {
    await pool.close();
  }
}

function write(
  { files, root, file, bytes, options, yielder }: Packing,
  runner: JobRunner,
): Promise<PackedEntry[]> {
  let done = 0;
  const onDone = (more: number) => {
    done += more;
    options.onProgress?.(done, bytes);
  };
  return writeArchive(files, { root, runner, file, yielder, signal: options.signal, onDone });
}

function archiveOf(file: ArchiveFile, files: readonly SourceFile[]): Archive {
  return {
    hash: hashOf(files),
    size: file.size,
    files,
    open: (onSent) => file.open(onSent),
    dispose: () => file.dispose(),
  };
}
