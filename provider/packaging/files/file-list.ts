/** What a walk found so far: files with the place of their content, within the limits of a zip, and all else worth telling. */
import { statSync } from "node:fs";
import type { IgnoringRule } from "./ignore";
import { markerPath } from "./marker";
import { Problems, quote, SourceError } from "./source-error";

/** A zip without the zip64 extension counts entries in 16 bits, of which the highest value means "see elsewhere". */
export const mostEntries = 65_534;
/** Sizes and offsets in 32 bits, the highest value again taken. */
export const mostBytes = 0xffff_fffe;

export interface ListedFile {
  /** Path in the zip. */
  path: string;
  /** Absolute path of the file, or the content itself. */
  from: string | Uint8Array;
}

/** What a rule left out: a file, or a folder (with a slash at its end) that was not entered. */
export interface LeftOutPath {
  /** Path in the zip. */
  path: string;
  /** Undefined for an entry of a map of assets. */
  absolute?: string;
  rule: IgnoringRule;
}

/** Files handed over at a time: about as much work as a slice, which a thread has to wait before it gets more. */
const batchSize = 500;

export class Listing {
  readonly files: ListedFile[] = [];
  readonly problems = new Problems();
  readonly leftOut: LeftOutPath[] = [];
  /** Absolute paths of the folders that were listed, and of the ignore files in them. */
  readonly visited: string[] = [];
  readonly warnings = new Set<string>();
  #links = 0;
  #told = 0;

  /** `source` is named in the error. `onFiles` is handed the files in batches as they come. */
  constructor(
    readonly source: string,
    private readonly onFiles: (files: ListedFile[]) => void = () => {},
  ) {}

  add(file: ListedFile): void {
    // Downloaded with an app's files, perhaps: it would make the app look like an interrupted creation.
    if (file.path === markerPath) return;
    this.files.push(file);
    if (this.files.length > mostEntries) throw tooManyEntries(this.source);
    if (this.files.length - this.#told >= batchSize) this.tell();
  }

  warn(text: string): void {
    this.warnings.add(text);
  }

  /** Hands over the last batch, and puts all into the order of their paths. */
  end(): void {
    this.tell();
    this.files.sort((a, b) => byCodeUnit(a.path, b.path));
  }

  /** The rule that leaves out a path which is there otherwise. */
  ruleFor(path: string): IgnoringRule | undefined {
    const found = this.leftOut.find(
      (each) => each.path === path || (each.path.endsWith("/") && path.startsWith(each.path)),
    );
    if (!found) return undefined;
    const { absolute, rule } = found;
    if (absolute === undefined) return rule;
    const rest = path.slice(found.path.length);
    return statSync(rest === "" ? absolute : `${absolute}/${rest}`, { throwIfNoEntry: false })
      ? rule
      : undefined;
  }

  private tell(): void {
    this.onFiles(this.files.slice(this.#told));
    this.#told = this.files.length;
  }

  /** Folders that link to each other without a circle can still unfold to more than any machine could walk. */
  countLink(path: string): void {
    if (++this.#links <= mostEntries) return;
    const problem = `${quote(path)} is the ${this.#links.toLocaleString("en")}th link followed`;
    throw new SourceError(
      "too-big",
      path,
      `${problem}: the links of this source unfold too far. Remove some.`,
    );
  }
}

export function tooManyEntries(source: string): SourceError {
  return new SourceError(
    "too-big",
    source,
    `${quote(source)} holds more than ${mostEntries.toLocaleString("en")} files, which a zip cannot list. ${leaveOut}`,
  );
}

export function tooManyBytes(path: string): SourceError {
  return new SourceError(
    "too-big",
    path,
    `With ${quote(path)} the source passes 4 GiB, the most a zip can carry. ${leaveOut}`,
  );
}

const leaveOut = "Leave some out with `ignore` or a .camposignore file.";

/** The one order of paths: the same in every locale. */
export function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
