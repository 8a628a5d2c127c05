/** Packs files into a temporary archive while more are being found; large sources on worker threads. */
import { availableParallelism } from "node:os";
import { type DigestedFile, digestFiles, hashOf, sourceFiles } from "../files/digest";
import { byCodeUnit, type ListedFile, maxEntries, tooManyEntries } from "../files/file-list";
import { planFile } from "../files/read-file";
import { Problems } from "../files/source-error";
import type { Archive, PackOptions, SourceFile } from "../files/types";
import type { Yielder } from "../files/yield";
import { type Deflate, deflateInPool, deflateInSlices } from "./compress";
import { PackingPlan } from "./jobs";
import { Mutex } from "./ordered-queue";
import { ArchiveFile } from "./temp-file";
import { WorkerPool, WorkersUnavailable } from "./worker-pool";
import { type WrittenRun, writeDirectory, writeEntries } from "./write";

/** Up to this size, starting threads takes longer than they save. */
const fewFiles = 500;
const fewBytes = 4 * 1024 * 1024;
/** Including this one. More would wait for it to write. */
const maxThreads = 4;

// Several large archives at once would be no faster, and each would use threads and memory of its own.
const threadedPacks = new Mutex();

/** The parameters of both ways of packing. */
export interface Packing {
  plan: PackingPlan;
  file: ArchiveFile;
  options: PackOptions;
  yielder: Yielder;
}

/** Packs what `use` adds. If that fails, the archive is deleted. */
export async function packWith(
  options: PackOptions,
  yielder: Yielder,
  use: (packer: Packer) => Promise<Archive>,
): Promise<Archive> {
  const packer = new Packer(options, yielder);
  try {
    return await use(packer);
  } catch (error) {
    await packer.cancel(error);
    throw error;
  }
}

/** Receives files in the order of their paths and packs them. Call `finish` or `cancel` in the end. */
export class Packer {
  readonly #plan = new PackingPlan();
  readonly #extra: ListedFile[];
  /** Files of the source that extra files replace in the archive, but not in the hash. */
  readonly #replaced: ListedFile[] = [];
  #failure: { error: unknown } | undefined;
  #file: Promise<ArchiveFile> | undefined;
  #packing: Promise<WrittenRun[]> | undefined;

  constructor(
    private readonly options: PackOptions,
    private readonly yielder: Yielder,
  ) {
    this.#extra = Object.entries(options.extraFiles ?? {})
      .map(([path, text]) => ({ path, from: new TextEncoder().encode(text) }))
      .sort((a, b) => byCodeUnit(a.path, b.path));
  }

  /** Adds files. Their errors are thrown by `finish`, since worse may be found until then. */
  add(files: readonly ListedFile[]): void {
    try {
      for (const file of files) if (!this.#failure) this.plan(file);
    } catch (error) {
      this.#failure = { error };
    }
    if (this.#plan.files > fewFiles || this.#plan.bytes > fewBytes) {
      this.begin((packing) => threadedPacks.run(() => packOnThreads(packing)));
    }
  }

  /** `root` is the real path of the source, if it is a folder. */
  async finish(root?: string): Promise<Archive> {
    if (this.#failure) throw this.#failure.error;
    while (this.#extra.length > 0) this.planExtra();
    if (this.#plan.files > maxEntries) throw tooManyEntries(root ?? "");
    this.#plan.end();
    const { file, packing } = this.begin(packHere);
    const archive = await file;
    const runs = await packing;
    const packed = runs.flatMap(({ files }) => files);
    const files = sourceFiles(packed, root);
    await writeDirectory({ file: archive, yielder: this.yielder }, runs, files);
    return archiveOf(archive, this.options.extraFiles ? await this.ownFiles(packed, root) : files);
  }

  /** Deletes the archive; jobs that still work on it fail. */
  async cancel(reason: unknown): Promise<void> {
    this.#plan.fail(reason);
    const file = await this.#file?.catch(() => undefined);
    await file?.dispose();
  }

  private plan(file: ListedFile): void {
    while (this.#extra[0] && this.#extra[0].path < file.path) this.planExtra();
    if (this.#extra[0]?.path === file.path) {
      this.#replaced.push(file);
      this.planExtra();
    } else this.#plan.add(planFile(file));
    if (this.#plan.files > maxEntries) throw tooManyEntries(file.path);
  }

  private planExtra(): void {
    const extra = this.#extra.shift();
    if (extra) this.#plan.add(planFile(extra));
  }

  private begin(pack: (packing: Packing) => Promise<WrittenRun[]>) {
    const file = this.#file ?? ArchiveFile.create(this.options.tempDir);
    this.#file = file;
    this.#packing ??= file.then((archive) =>
      pack({ plan: this.#plan, file: archive, options: this.options, yielder: this.yielder }),
    );
    // A failure is thrown by `finish`; until then it must not count as unhandled.
    this.#packing.catch(() => {});
    return { file, packing: this.#packing };
  }

  /** The files of the source itself: those that were replaced in place of the extra files. */
  private async ownFiles(packed: readonly DigestedFile[], root?: string): Promise<SourceFile[]> {
    const problems = new Problems();
    const replaced = await digestFiles(this.#replaced, this.yielder, problems);
    problems.throwIfAny();
    const extra = this.options.extraFiles ?? {};
    return sourceFiles([...packed.filter(({ path }) => !Object.hasOwn(extra, path)), ...replaced], root);
  }
}

export function packHere(packing: Packing): Promise<WrittenRun[]> {
  return packIn({ ...packing, pool: new WorkerPool(0), deflate: deflateInPool });
}

/** Falls back to this thread alone if workers cannot be used: the bytes are the same. */
export async function packOnThreads(packing: Packing, workerFile?: string): Promise<WrittenRun[]> {
  const pool = new WorkerPool(Math.min(availableParallelism(), maxThreads) - 1, workerFile);
  // Each core has a thread of its own here, so Node's thread pool would only add overhead.
  const deflate = deflateInSlices(packing.yielder);
  try {
    return await packIn({ ...packing, pool, deflate });
  } catch (error) {
    if (!(error instanceof WorkersUnavailable)) throw error;
    await packing.file.truncate(0);
    return await packHere(packing);
  }
}

interface Threads {
  pool: WorkerPool;
  /** How this thread compresses. */
  deflate: Deflate;
}

async function packIn({
  pool,
  deflate,
  plan,
  file,
  options,
  yielder,
}: Packing & Threads): Promise<WrittenRun[]> {
  // Until then this thread lists the files, and the workers must not wait for that.
  plan.whenComplete(() => pool.join({ yielder, deflate }));
  let done = 0;
  const onDone = (more: number) => {
    done += more;
    // Before that, the total is unknown.
    if (plan.complete) options.onProgress?.(done, plan.bytes);
  };
  try {
    return await writeEntries(plan, { pool, file, signal: options.signal, onDone });
  } finally {
    await pool.close();
  }
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
