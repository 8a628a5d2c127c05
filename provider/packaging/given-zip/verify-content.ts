/** Unpacks the entries of a given zip one by one, to hash them and to verify that none is damaged. */
import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { createInflateRaw, inflateRawSync } from "node:zlib";
import { crc32, localSignature, localSize, stored } from "../archive/zip-format";
import { configName } from "../files/config-file";
import { sha256 } from "../files/digest";
import { SourceError } from "../files/source-error";
import { decodeText } from "../files/text";
import type { SourceFile } from "../files/types";
import type { Yielder } from "../files/yield";
import { badEntry, readRange, type ZipBytes } from "./directory";
import type { GivenEntry } from "./validate-entries";

interface Unpacking {
  zip: ZipBytes;
  entry: GivenEntry;
  /** Where its data begins. */
  start: number;
  yielder: Yielder;
}

export interface Unpacked {
  files: SourceFile[];
  /** Text of a `camposcloud.config`. */
  config?: string;
}

/** `end` is where the entries' data must end. */
export async function unpackEntries(
  zip: ZipBytes,
  { entries, end }: { entries: readonly GivenEntry[]; end: number },
  yielder: Yielder,
): Promise<Unpacked> {
  const unpacked: Unpacked = { files: [] };
  let free = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (yielder.shouldYield) await yielder.yield();
    // Entries that share bytes can unpack to any size while the zip is small.
    if (entry.offset < free)
      throw badEntry(zip, entry.path, { kind: "bomb", problem: "overlaps another. Create the zip again" });
    const start = findData(zip, entry);
    free = start + entry.packedSize;
    if (free > end) throw damaged({ zip, entry });
    await unpack({ zip, entry, start, yielder }, unpacked);
  }
  return unpacked;
}

function findData(zip: ZipBytes, entry: GivenEntry): number {
  const header = readRange(zip, entry.offset, localSize);
  const nameSize = header.readUInt16LE(26);
  const name = readRange(zip, entry.offset + localSize, nameSize);
  const same = name.equals(entry.name) && header.readUInt16LE(8) === entry.method;
  if (header.readUInt32LE(0) !== localSignature || !same) throw damaged({ zip, entry });
  return entry.offset + localSize + nameSize + header.readUInt16LE(28);
}

/** In bytes: an entry of this size is unpacked in one step of a few milliseconds. */
const smallSize = 256 * 1024;

async function unpack(unpacking: Unpacking, unpacked: Unpacked): Promise<void> {
  const { path, executable, size, packedSize, crc } = unpacking.entry;
  if (size > smallSize || packedSize > smallSize) {
    unpacked.files.push({ path, executable, size, digest: await digestStream(unpacking) });
    return;
  }
  const content = unpackSmall(unpacking);
  if (content.length !== size || crc32(content) !== crc) throw damaged(unpacking);
  unpacked.files.push({ path, executable, size, digest: sha256(content) });
  if (path === configName) unpacked.config = decodeText(content, path);
}

function unpackSmall(unpacking: Unpacking): Buffer {
  const { zip, entry, start } = unpacking;
  const packed = readRange(zip, start, entry.packedSize);
  if (entry.method === stored) return packed;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(entry.size, 1) });
  } catch (error) {
    throw inflateError(unpacking, error);
  }
}

async function digestStream(unpacking: Unpacking): Promise<string> {
  const { entry, yielder } = unpacking;
  const hash = createHash("sha256");
  let crc = 0;
  let size = 0;
  for await (const piece of entry.method === stored ? rawPieces(unpacking) : inflatedPieces(unpacking)) {
    hash.update(piece);
    crc = crc32(piece, crc);
    size += piece.length;
    if (size > entry.size) throw longer(unpacking);
    if (yielder.shouldYield) await yielder.yield();
  }
  if (size !== entry.size || crc !== entry.crc) throw damaged(unpacking);
  return hash.digest("hex");
}

function* rawPieces({ zip, entry, start }: Unpacking): Generator<Buffer, void> {
  for (let done = 0; done < entry.packedSize; done += smallSize) {
    yield readRange(zip, start + done, Math.min(smallSize, entry.packedSize - done));
  }
}

async function* inflatedPieces(unpacking: Unpacking): AsyncGenerator<Buffer, void> {
  const inflate = createInflateRaw({ chunkSize: smallSize });
  // The iteration throws its errors as well.
  pipeline(Readable.from(rawPieces(unpacking)), inflate, () => {});
  try {
    for await (const piece of inflate) yield piece;
  } catch (error) {
    throw inflateError(unpacking, error);
  }
}

function inflateError(unpacking: Unpacking, error: unknown): unknown {
  if (error instanceof SourceError) return error;
  const tooLong = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
  return tooLong ? longer(unpacking) : damaged(unpacking);
}

type Named = Pick<Unpacking, "zip" | "entry">;

function longer({ zip, entry }: Named): SourceError {
  const problem = "unpacks to more than the zip declares, like a zip bomb. Create the zip again";
  return badEntry(zip, entry.path, { kind: "bomb", problem });
}

function damaged({ zip, entry }: Named): SourceError {
  return badEntry(zip, entry.path, { kind: "bad-zip", problem: "is damaged. Create the zip again" });
}
