/**
 * Which files count as executable. The owner's bit decides, as in git; but where it says nothing, since every file has it
 * (disks of Windows seen from WSL) or none can (Windows itself), the same checkout must not become another source.
 */
import { readGitIndex } from "./git-index";

/** What is known of one file; a number, so that those of many files travel between threads as bytes. */
export type ModeHint = number;

/** The owner's bit is there and not set. */
const notExecutable = 0;
/** It is set; the second, for a file that begins like a program. */
const executable = 1;
const executableProgram = 2;
/** There is no such bit: on Windows, and for content in memory; the second, for a file that begins like a program. */
const withoutBit = 3;
const programWithoutBit = 4;

export const inMemory: ModeHint = withoutBit;

const hasBits = process.platform !== "win32";

/** `head`: the first bytes of the file. */
export function modeHint(mode: number, head: Uint8Array): ModeHint {
  if (!hasBits) return isProgram(head) ? programWithoutBit : withoutBit;
  // The owner's bit alone: the others depend on the umask.
  if ((mode & 0o100) === 0) return notExecutable;
  return isProgram(head) ? executableProgram : executable;
}

/** `#!`, or the mark of the programs that Linux runs. */
function isProgram(head: Uint8Array): boolean {
  const [first, second, third, fourth] = head;
  if (first === 0x23 && second === 0x21) return true;
  return first === 0x7f && second === 0x45 && third === 0x4c && fourth === 0x46;
}

/** One answer for each file. `root`: the source's real path, if it is a folder. */
export function whichExecutable(
  files: readonly { path: string; mode: ModeHint }[],
  root?: string,
): (file: { path: string; mode: ModeHint }) => boolean {
  const hasBit = (mode: ModeHint) => mode === executable || mode === executableProgram;
  const telling = files.some(({ mode }) => mode === notExecutable);
  const silent = !hasBits || files.some(({ mode }) => hasBit(mode));
  if (telling || !silent) return ({ mode }) => hasBit(mode);
  // Git keeps the right bits on such systems too; of files that it does not track, programs are meant to be run.
  const tracked = root === undefined ? undefined : readGitIndex(root);
  return ({ path, mode }) => tracked?.get(path) ?? (mode === executableProgram || mode === programWithoutBit);
}
