/** Validates the entries of a given zip from its directory, before any of them is unpacked. */
import { deflated, stored } from "../archive/zip-format";
import { maxBytes } from "../files/file-list";
import { PathClashes, safeParts } from "../files/names";
import { SourceError } from "../files/source-error";
import type { Yielder } from "../files/yield";
import type { DirectoryEntry } from "./directory";
import { badEntry, type ZipBytes } from "./directory";

/** A file in a zip that may be unpacked. */
export interface GivenEntry extends DirectoryEntry {
  path: string;
  executable: boolean;
}

/** The files, in the order of the zip; folders are validated, but not returned. */
export async function validateEntries(
  zip: ZipBytes,
  entries: Iterable<DirectoryEntry>,
  yielder: Yielder,
): Promise<GivenEntry[]> {
  const clashes = new PathClashes((path) => path);
  const files: GivenEntry[] = [];
  let packed = 0;
  let size = 0;
  for (const entry of entries) {
    if (yielder.shouldYield) await yielder.yield();
    const name = nameOf(zip, entry);
    const path = pathOf(zip, name);
    refuseUnsupported(zip, entry, name);
    refuseClash(clashes, path, { zip, name });
    packed += entry.packedSize;
    size += entry.size;
    if (size > maxBytes)
      throw badEntry(zip, name, { kind: "too-big", problem: "brings the content above 4 GiB" });
    if (isBomb({ packed, size })) throw badEntry(zip, name, { kind: "bomb", problem: expands });
    if (!name.endsWith("/")) files.push({ ...entry, path, executable: isExecutable(entry) });
  }
  return files;
}

const expands = "would unpack to many times its size, like a zip bomb. Leave it out";

/** Real content is not compressed this much; the limit of deflate is about a thousand. */
const maxRatio = 200;
/** Less content than this is harmless. */
const harmlessBytes = 64 * 1024 * 1024;

function isBomb({ packed, size }: { packed: number; size: number }): boolean {
  return size > harmlessBytes && size > packed * maxRatio;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function nameOf(zip: ZipBytes, { name }: DirectoryEntry): string {
  try {
    return strict.decode(name);
  } catch {
    const problem = "has a name that is not UTF-8. Create the zip with a tool that writes UTF-8 names";
    throw badEntry(zip, name.toString("latin1"), { kind: "unsafe-name", problem });
  }
}

function pathOf(zip: ZipBytes, name: string): string {
  try {
    const parts = safeParts(name);
    if (parts.length > 0) return parts.join("/");
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
  }
  const problem =
    "has an unsafe path (absolute, with .., a backslash or a control character). Create the zip without it";
  throw badEntry(zip, name, { kind: "unsafe-name", problem });
}

function refuseClash(
  clashes: PathClashes,
  path: string,
  { zip, name }: { zip: ZipBytes; name: string },
): void {
  try {
    clashes.addWithFolders(path, name.endsWith("/"));
  } catch {
    throw badEntry(zip, name, {
      kind: "clash",
      problem: "occurs twice. Create the zip with only one of them",
    });
  }
}

const encryptedFlags = (1 << 0) | (1 << 6) | (1 << 13);
const unix = 3;
const fileTypes = 0o170000;
const plainFile = 0o100000;
const folder = 0o040000;

function refuseUnsupported(zip: ZipBytes, entry: DirectoryEntry, name: string): void {
  if ((entry.flags & encryptedFlags) !== 0) {
    throw badEntry(zip, name, {
      kind: "encrypted",
      problem: "is encrypted. Create the zip without a password",
    });
  }
  if (entry.method !== stored && entry.method !== deflated) {
    const problem = `is compressed by method ${entry.method}, which few programs can read. Create the zip with "deflate"`;
    throw badEntry(zip, name, { kind: "bad-zip", problem });
  }
  const type = modeOf(entry) & fileTypes;
  if (type !== 0 && type !== plainFile && type !== folder) {
    throw badEntry(zip, name, {
      kind: "link",
      problem: "is a link or a device. Create the zip with regular files only",
    });
  }
}

function modeOf({ madeBy, attributes }: DirectoryEntry): number {
  return madeBy >> 8 === unix ? attributes >>> 16 : 0;
}

function isExecutable(entry: DirectoryEntry): boolean {
  return (modeOf(entry) & 0o100) !== 0;
}
