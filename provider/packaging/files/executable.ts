/**
 * Which files count as executable. The owner's bit decides, as in git. Where it means nothing, because every file has it (Windows
 * disks in WSL) or no file can have it (Windows), the hash of the same checkout must still be the same.
 */
import { readGitIndex } from "./git-index";

/** What is known about one file; a number, so that the hints of many files can be sent between threads as bytes. */
export type ModeHint = number;

/** The owner's bit is not set. */
const notExecutable = 0;
/** It is set; the second is for a file that starts like a program. */
const executable = 1;
const executableProgram = 2;
/** There is no such bit, as on Windows and for content in memory; the second is for a file that starts like a program. */
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

/** `#!`, or the magic number of ELF, the format of Linux programs. */
function isProgram(head: Uint8Array): boolean {
  const [first, second, third, fourth] = head;
  if (first === 0x23 && second === 0x21) return true;
  return first === 0x7f && second === 0x45 && third === 0x4c && fourth === 0x46;
}

/** Returns a function that decides for each of the files. `root`: the real path of the source, if it is a folder. */
export function whichExecutable(
  files: readonly { path: string; mode: ModeHint }[],
  root?: string,
): (file: { path: string; mode: ModeHint }) => boolean {
  const hasBit = (mode: ModeHint) => mode === executable || mode === executableProgram;
  const someWithout = files.some(({ mode }) => mode === notExecutable);
  const someWith = !hasBits || files.some(({ mode }) => hasBit(mode));
  if (someWithout || !someWith) return ({ mode }) => hasBit(mode);
  // Git records the correct bits on such systems, too. Among files that it does not track, programs count as executable.
  const tracked = root === undefined ? undefined : readGitIndex(root);
  return ({ path, mode }) => tracked?.get(path) ?? (mode === executableProgram || mode === programWithoutBit);
}
