/** Packs files into a temporary archive, on worker threads when there is much to do. */
import { availableParallelism } from "node:os";
import { byCodeUnit } from "../files/by-code-unit";
import { digestFiles, hashOf } from "../files/digest";
import { type ListedFile, mostEntries, tooManyEntries } from "../files/file-list";
import { planFile } from "../files/planned-file";
import type { Archive, PackOptions, SourceFile } from "../files/types";
import type { Pace } from "../files/yield";
import { deflateInPool } from "./compress";
import type { Driver, PackedEntry, PlannedFile } from "./jobs";
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
  file: ArchiveFile;
  /** Bytes of content. */
  bytes: number;
  options: PackOptions;
  pace: Pace;
}

/** `listed` is sorted by path. The archive is deleted again when packing fails. */
export async function packFiles(
  listed: readonly ListedFile[],
  options: PackOptions,
  pace: Pace,
): Promise<Archive> {
  const extra = options.extraFiles ?? {};
  const isExtra = ({ path }: { path: string }) => Object.hasOwn(extra, path);
  const files = await planAll(withExtra(listed, extra), pace);
  // An extra file takes the place of one in the source, but not in the hash.
  const replaced = await digestFiles(listed.filter(isExtra), pace);
  const file = await ArchiveFile.create(options.tempDir);
  try {
    const entries = await pack({ files, file, bytes: sizeOf(files), options, pace });
    const packed = entries.filter((entry) => !isExtra(entry)).map(sourceFileOf);
    return archiveOf(file, [...packed, ...replaced].sort(byPath));
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

async function planAll(listed: readonly ListedFile[], pace: Pace): Promise<PlannedFile[]> {
  if (listed.length > mostEntries) throw tooManyEntries(listed[0]?.path ?? "");
  const files: PlannedFile[] = [];
  for (const each of listed) {
    if (pace.spent) await pace.turn();
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
  const means = { pace: packing.pace, deflate: deflateInPool };
  return write(packing, { width: 3, run: (job) => runJob(job, means) });
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

function write({ files, file, bytes, options, pace }: Packing, driver: Driver): Promise<PackedEntry[]> {
  let done = 0;
  const onDone = (more: number) => {
    done += more;
    options.onProgress?.(done, bytes);
  };
  return writeArchive(files, { driver, file, pace, signal: options.signal, onDone });
}

function sourceFileOf({ path, executable, size, digest }: PackedEntry): SourceFile {
  return { path, executable, size, digest };
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
