/** The error for a source that cannot be read or sent, with the path that caused it. */
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
  /** One line per problem if there are several; `kind` and `path` are those of the first. */
  problems: readonly string[] = [this.message];

  /** `message` is one line: what is wrong with the path, and what to do. */
  constructor(
    readonly kind: SourceErrorKind,
    /** The path that caused it, as the user knows it. */
    readonly path: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Converts an error of the file system to a `SourceError`; returns any other error unchanged. */
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
        message: `${path} disappeared while it was read. Run again when nothing writes to its folder any more.`,
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
      return {
        kind: "no-space",
        message: `There is not enough space for the archive in ${path}. ${moreSpace}`,
      };
    default:
      return { kind: "unreadable", message: `${path} cannot be read: ${code}. ${readable}` };
  }
}

const readable = "Make it readable, or leave it out with `ignore`.";
const moreSpace = "Free some, or set TMPDIR to a folder with more space.";

/** A path as shown in error messages, with escapes for what a terminal cannot show. */
export function quote(path: string): string {
  return JSON.stringify(path);
}

/** Whether an error comes from the operating system, with a code like `ENOENT`. */
export function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error;
}

/** More problems in one error would hide the first ones. */
const maxListed = 20;
/** More than are listed, since they are sorted first. */
const maxKept = 1000;

/** Collects the problems of a source, so that they are reported together. */
export class Problems {
  readonly #errors: SourceError[] = [];
  #count = 0;

  /** Throws an error that does not concern a single file: an exceeded limit, a full disk, a cancellation. */
  add(error: unknown): void {
    if (!(error instanceof SourceError) || error.kind === "too-big" || error.kind === "no-space") throw error;
    this.#count++;
    if (this.#errors.length < maxKept) this.#errors.push(error);
  }

  addAll(others: Problems): void {
    for (const error of others.#errors) this.add(error);
  }

  /** The result of `work`; undefined if it failed, which is recorded. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** In a form that can be sent to another thread. */
  list(): SourceProblem[] {
    return this.#errors.map(({ kind, path, message }) => ({ kind, path, message }));
  }

  throwIfAny(): void {
    const own = new Map(this.#errors.map((error) => [error.message, error]));
    const [first, ...more] = [...own.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    if (!first) return;
    if (more.length === 0) throw first;
    const listed = [first, ...more].slice(0, maxListed).map(({ message }) => message);
    const hidden = this.#count - listed.length;
    const problems =
      hidden > 0 ? [...listed, `${hidden.toLocaleString("en")} more problems are not listed.`] : listed;
    const all = new SourceError(first.kind, first.path, problems.join(" "));
    all.problems = problems;
    throw all;
  }
}
