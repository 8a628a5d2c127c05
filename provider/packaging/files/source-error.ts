/** The error of a source that cannot be read or sent, with the path at fault. */
import { UserError } from "../../errors";

export type SourceErrorKind =
  | "missing"
  | "empty"
  | "link"
  | "unreadable"
  | "unsupported"
  | "unsafe-name"
  | "clash"
  | "too-big"
  | "not-a-zip"
  | "bad-zip"
  | "encrypted"
  | "bomb"
  | "changed"
  | "encoding"
  | "no-space";

/** A `SourceError` as plain data. */
export interface SourceProblem {
  kind: SourceErrorKind;
  path: string;
  message: string;
}

export class SourceError extends UserError {
  override readonly name = "SourceError";
  /** One line for each thing that is wrong, when there are several; `kind` and `path` are those of the first. */
  problems: readonly string[] = [this.message];

  /** `message` is one line: what is wrong with which path, and what to do. */
  constructor(
    readonly kind: SourceErrorKind,
    /** The path at fault, as the user would recognise it. */
    readonly path: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Turns a failure of the file system into a `SourceError`; anything else passes through. */
export function fileError(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  const { kind, message } = describe(error.code, quote(path));
  return new SourceError(kind, path, message, { cause: error });
}

function describe(code: string, path: string): { kind: SourceErrorKind; message: string } {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return {
        kind: "changed",
        message: `${path} vanished while it was read. Run again once it is at rest.`,
      };
    case "EACCES":
    case "EPERM":
      return { kind: "unreadable", message: `${path} cannot be read: permission denied. ${readable}` };
    case "EMFILE":
    case "ENFILE":
      return {
        kind: "unreadable",
        message: `${path} cannot be opened: too many files are open. Raise ulimit -n.`,
      };
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return { kind: "no-space", message: `No space is left for the archive in ${path}. ${roomier}` };
    default:
      return { kind: "unreadable", message: `${path} cannot be read: ${code}. ${readable}` };
  }
}

const readable = "Make it readable, or leave it out with `ignore`.";
const roomier = "Free some, or name a roomier folder in TMPDIR.";

/** A path as error messages show it: what a terminal could not show is written as escapes. */
export function quote(path: string): string {
  return JSON.stringify(path);
}

/** Whether an error comes from the operating system, with a code like `ENOENT`. */
export function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error;
}

/** Problems listed in one error; more would hide the first ones. */
const mostListed = 20;
/** Kept while reading, so that the list can be sorted. */
const mostKept = 1000;

/** Collects what is wrong with a source, so that the user hears of all of it at once. */
export class Problems {
  readonly #errors: SourceError[] = [];
  #count = 0;

  /** Throws what is no problem of one file: a limit that is passed, a full disk, a cancellation. */
  add(error: unknown): void {
    if (!(error instanceof SourceError) || error.kind === "too-big" || error.kind === "no-space") throw error;
    this.#count++;
    if (this.#errors.length < mostKept) this.#errors.push(error);
  }

  addAll(others: Problems): void {
    for (const error of others.#errors) this.add(error);
  }

  /** The result of `work`; undefined when it failed, which is noted. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** In a form that can go to another thread. */
  list(): SourceProblem[] {
    return this.#errors.map(({ kind, path, message }) => ({ kind, path, message }));
  }

  throwIfAny(): void {
    const own = new Map(this.#errors.map((error) => [error.message, error]));
    const [first, ...more] = [...own.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    if (!first) return;
    if (more.length === 0) throw first;
    const listed = [first, ...more].slice(0, mostListed).map(({ message }) => message);
    const hidden = this.#count - listed.length;
    const problems =
      hidden > 0 ? [...listed, `${hidden.toLocaleString("en")} more problems are not listed.`] : listed;
    const all = new SourceError(first.kind, first.path, problems.join(" "));
    all.problems = problems;
    throw all;
  }
}
