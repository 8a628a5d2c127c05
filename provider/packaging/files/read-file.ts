/** Opens files for reading as what they were listed as, and notices when they are not that any more. */
import { closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";
import { fileError, quote, SourceError } from "./source-error";

// A pipe that took a file's place would else block the thread until somebody writes. Windows has no such flag.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export interface OpenFile {
  fd: number;
  stats: Stats;
}

/** The caller closes `fd`. `path` is the name in errors. */
export function openFile(absolute: string, path: string): OpenFile {
  let fd: number | undefined;
  try {
    fd = openSync(absolute, flags);
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw unsupported(path, stats);
    return { fd, stats };
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw fileError(error, path);
  }
}

/** The owner's bit, as git has it: the others depend on the umask. */
export function isExecutable(stats: Stats): boolean {
  return (stats.mode & 0o100) !== 0;
}

export function changed(path: string): SourceError {
  return new SourceError(
    "changed",
    path,
    `${quote(path)} changed while it was read. Run again once it is at rest.`,
  );
}

/** The refusal of what is neither a file nor a folder. */
export function unsupported(path: string, stats: Stats): SourceError {
  const remedy = "Remove it, or leave it out with `ignore`.";
  return new SourceError(
    "unsupported",
    path,
    `${quote(path)} is ${kindOf(stats)}, which a zip cannot carry. ${remedy}`,
  );
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return "a socket";
  if (stats.isFIFO()) return "a pipe";
  return "a device";
}
