/**
 * Which files count as executable. The owner's bit decides, as in git; but where it says nothing, since every file has it
 * (disks of Windows seen from WSL) or none can (Windows itself), the same checkout must not become another source.
 */
import { readGitIndex } from "./git-index";

/** What is known of one file. */
export interface ModeHints {
  /** The owner's executable bit; undefined where there is none: on Windows, and for content in memory. */
  bit?: boolean;
  /** Whether it begins like a program; not looked at where the bit is there and not set. */
  program?: boolean;
}

const hasBits = process.platform !== "win32";

/** `head`: the first bytes of the file. */
export function modeHints(stats: { mode: number }, head: Uint8Array): ModeHints {
  if (!hasBits) return { program: isProgram(head) };
  // The owner's bit alone: the others depend on the umask.
  return (stats.mode & 0o100) === 0 ? { bit: false } : { bit: true, program: isProgram(head) };
}

/** `#!`, or the mark of the programs that Linux runs. */
function isProgram(head: Uint8Array): boolean {
  const [first, second, third, fourth] = head;
  if (first === 0x23 && second === 0x21) return true;
  return first === 0x7f && second === 0x45 && third === 0x4c && fourth === 0x46;
}

/** One answer for each file. `root`: the source's real path, if it is a folder. */
export function whichExecutable(
  files: readonly (ModeHints & { path: string })[],
  root?: string,
): (file: ModeHints & { path: string }) => boolean {
  const telling = files.some(({ bit }) => bit === false);
  const silent = !hasBits || files.some(({ bit }) => bit === true);
  if (telling || !silent) return ({ bit }) => bit === true;
  // Git keeps the right bits on such systems too; of files that it does not track, programs are meant to be run.
  const tracked = root === undefined ? undefined : readGitIndex(root);
  return ({ path, program }) => tracked?.get(path) ?? program === true;
}
