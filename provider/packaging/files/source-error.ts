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
  | "no-space";

export class SourceError extends UserError {
  override readonly name = "SourceError";

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
