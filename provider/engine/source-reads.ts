/**
 * Reads sources for the checks of a process. Apps may share one, and the engine checks them one after another: the first two
 * checks read it, later ones compare the times of its folders and files and read it again only after a change. Recent times are
 * never trusted, and nothing is kept for the next run.
 */
import { type BigIntStats, statSync } from "node:fs";
import { resolve } from "node:path";
import { foldFiles } from "../lifecycle/file-digests";
import type { ReadOptions, Source, SourceFile, SourceSpec } from "../packaging/files/types";
import { newYielder } from "../packaging/files/yield";
import { readSource } from "../packaging/source";

/** Number of sources kept. */
const maxKnown = 4;
/** Two writes within the resolution of the file system have the same time; the coarsest resolution is 2 s, on FAT. */
const settledMs = 3000;

interface Known {
  source: Source;
  /** The state of everything it was read from, the same before and after; undefined if unknown or recent. */
  state?: readonly string[];
}

export class SourceReads {
  /** By spec, base and patterns; the least recently used first. */
  private readonly known = new Map<string, Known>();
  private readonly folded = new WeakMap<readonly SourceFile[], Record<string, string>>();

  /** `now`: milliseconds since the epoch. */
  constructor(private readonly now: () => number = Date.now) {}

  /** Like `readSource`: returns the content as of a time after the call. */
  async read(spec: SourceSpec, options: ReadOptions): Promise<Source> {
    const key = JSON.stringify([spec, resolve(options.baseDir), options.ignore ?? []]);
    const last = this.known.get(key);
    this.known.delete(key);
    const before = last && (await this.stateOf(last.source, options.signal));
    if (last?.state !== undefined && equal(last.state, before)) {
      this.known.set(key, last);
      return last.source;
    }
    const source = await readSource(spec, options);
    const after = before && (await this.stateOf(source, options.signal));
    this.remember(key, { source, state: equal(before, after) ? after : undefined });
    return source;
  }

  /** Like `foldFiles`. */
  fold(files: readonly SourceFile[]): Record<string, string> {
    const folded = this.folded.get(files) ?? foldFiles(files);
    this.folded.set(files, folded);
    return folded;
  }

  private remember(key: string, known: Known): void {
    this.known.set(key, known);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= maxKnown) break;
      this.known.delete(oldest);
    }
  }

  /** Undefined if anything is missing or was changed recently. */
  private async stateOf(source: Source, signal: AbortSignal | undefined): Promise<string[] | undefined> {
    const yielder = newYielder(signal);
    await yielder.yield();
    const settled = BigInt(Math.floor(this.now()) - settledMs) * 1_000_000n;
    const states: string[] = [];
    for (const path of source.readFrom()) {
      if (yielder.shouldYield) await yielder.yield();
      const stats = statOf(path);
      if (stats === undefined || stats.ctimeNs > settled || stats.mtimeNs > settled) return undefined;
      states.push(`${path}\0${fieldsOf(stats).join()}`);
    }
    return states;
  }
}

function equal(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a !== undefined && a.length === b?.length && a.every((state, i) => state === b[i]);
}

// Only the system sets ctime: it changes with content, name and mode, even if mtime is set back.
function fieldsOf({ dev, ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): bigint[] {
  return [dev, ino, mode, size, mtimeNs, ctimeNs];
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
