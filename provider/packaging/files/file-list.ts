/** What was found in a source so far: the files to pack, within the limits of a zip, and the problems and warnings. */
import { statSync } from "node:fs";
import type { IgnoringRule } from "./ignore";
import { markerPath } from "./marker";
import { Problems, quote, SourceError } from "./source-error";

/** Without the zip64 extension, entries are counted in 16 bits; the highest value refers to that extension. */
export const maxEntries = 65_534;
/** The same for sizes and offsets, which have 32 bits. */
export const maxBytes = 0xffff_fffe;

export interface ListedFile {
  /** Path in the zip. */
  path: string;
  /** Absolute path of the file, or the content itself. */
  from: string | Uint8Array;
}

/** What a rule left out: a file, or a folder (with a trailing slash) that was not entered. */
export interface LeftOutPath {
  /** Path in the zip. */
  path: string;
  /** Undefined for an entry of a map of assets. */
  absolute?: string;
  rule: IgnoringRule;
}

/** Files per call of `onFiles`: about as much work as fits into the time between two yields. */
const batchSize = 500;

export class Listing {
  readonly files: ListedFile[] = [];
  readonly problems = new Problems();
  readonly leftOut: LeftOutPath[] = [];
  /** Absolute paths of the folders that were listed, and of the ignore files in them. */
  readonly visited: string[] = [];
  readonly warnings = new Set<string>();
  #links = 0;
  #passedOn = 0;

  /** `source` is the name in errors. `onFiles` receives the files in batches as they are found. */
  constructor(
    readonly source: string,
    private readonly onFiles: (files: ListedFile[]) => void = () => {},
  ) {}

  add(file: ListedFile): void {
    // It may have been downloaded with the files of an app; uploading it would make the app look like an interrupted creation.
    if (file.path === markerPath) return;
    this.files.push(file);
    if (this.files.length > maxEntries) throw tooManyEntries(this.source);
    if (this.files.length - this.#passedOn >= batchSize) this.passOn();
  }

  warn(text: string): void {
    this.warnings.add(text);
  }

  /** Passes on the last batch, and sorts all files by path. */
  end(): void {
    this.passOn();
    this.files.sort((a, b) => byCodeUnit(a.path, b.path));
  }

  /** What leaves out a path which exists: its own rule, or that of a folder which contains it. */
  hiding(path: string): LeftOutPath | undefined {
    const found = this.leftOut.find(
      (each) => each.path === path || (each.path.endsWith("/") && path.startsWith(each.path)),
    );
    if (!found) return undefined;
    const { absolute } = found;
    if (absolute === undefined) return found;
    const rest = path.slice(found.path.length);
    return statSync(rest === "" ? absolute : `${absolute}/${rest}`, { throwIfNoEntry: false })
      ? found
      : undefined;
  }

  private passOn(): void {
    this.onFiles(this.files.slice(this.#passedOn));
    this.#passedOn = this.files.length;
  }

  /** Folders that link to each other can lead to an enormous number of files even without a cycle. */
  countLink(path: string): void {
    if (++this.#links <= maxEntries) return;
    const problem = `${quote(path)} is the ${this.#links.toLocaleString("en")}th link followed`;
    throw new SourceError(
      "too-big",
      path,
      `${problem}: the links in this source lead to too many files. Remove some.`,
    );
  }
}

export function tooManyEntries(source: string): SourceError {
  return new SourceError(
    "too-big",
    source,
    `${quote(source)} contains more than ${maxEntries.toLocaleString("en")} files, the maximum of a zip. ${leaveOut}`,
  );
}

export function tooManyBytes(path: string): SourceError {
  return new SourceError(
    "too-big",
    path,
    `With ${quote(path)} the source exceeds 4 GiB, the maximum size of a zip. ${leaveOut}`,
  );
}

const leaveOut = "Leave some out with `ignore` or a .camposignore file.";

/** The order of paths everywhere: the same in every locale. */
export function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
