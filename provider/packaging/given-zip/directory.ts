/** Reads the directory of a given zip: where it is, and the raw entries in it. */

import { centralSignature, centralSize, endSignature, endSize } from "../archive/zip-format";
import { mostBytes, mostEntries } from "../files/file-list";
import { quote, SourceError } from "../files/source-error";
import { broken, readRange, type ZipBytes } from "./zip-bytes";

/** An entry as the directory has it, not judged yet. */
export interface DirectoryEntry {
  name: Buffer;
  /** High byte: the system that the attributes are from. */
  madeBy: number;
  flags: number;
  method: number;
  crc: number;
  packedSize: number;
  size: number;
  attributes: number;
  /** Of its local header. */
  offset: number;
}

export interface Directory {
  /** Parsed as they are asked for. */
  entries: Iterable<DirectoryEntry>;
  /** Where the entries' data must end. */
  start: number;
  /** All records of the directory, as they are. */
  records: Buffer;
  count: number;
  /** The record at the end of the zip, with its comment. */
  end: Buffer;
}

/** A comment of 16 bits' length may follow the end record. */
const longestTail = endSize + 0xffff;
/** More than 65,534 entries with names of usual length ever take. */
const longestDirectory = 64 * 1024 * 1024;

export function readDirectory(zip: ZipBytes): Directory {
  const { at, record } = findEnd(zip);
  const count = record.readUInt16LE(10);
  const size = record.readUInt32LE(12);
  const start = record.readUInt32LE(16);
  if (count > mostEntries || size > mostBytes || start > mostBytes) throw zip64(zip);
  if (record.readUInt16LE(4) !== 0 || record.readUInt16LE(8) !== count)
    throw broken(zip, "it is one of several parts");
  if (start + size !== directoryEnd(zip, at) || size > longestDirectory)
    throw broken(zip, "its directory is not where it should be");
  const records = readRange(zip, start, size);
  return { entries: parseEntries(zip, records, count), start, records, count, end: record };
}

function findEnd(zip: ZipBytes): { at: number; record: Buffer } {
  const length = Math.min(zip.size, longestTail);
  const tail = readRange(zip, zip.size - length, length);
  for (let at = length - endSize; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    if (at + endSize + tail.readUInt16LE(at + 20) !== length) continue;
    return { at: zip.size - length + at, record: tail.subarray(at) };
  }
  const message = `${quote(zip.path)} is not a zip, or it is cut off: the record at its end is missing. Make it again.`;
  throw new SourceError("not-a-zip", zip.path, message);
}

const zip64Signature = 0x07064b50;
const zip64Size = 20;

// Some tools write the records of zip64 although nothing needs them: they stand between the directory and the end.
function directoryEnd(zip: ZipBytes, end: number): number {
  if (end < zip64Size) return end;
  const locator = readRange(zip, end - zip64Size, zip64Size);
  return locator.readUInt32LE(0) === zip64Signature ? Number(locator.readBigUInt64LE(8)) : end;
}

function zip64(zip: ZipBytes): SourceError {
  const problem = `${quote(zip.path)} uses the zip64 extension, for more than ${mostEntries} entries or 4 GiB`;
  return new SourceError("too-big", zip.path, `The zip ${problem}. Leave out what the app does not need.`);
}

function* parseEntries(zip: ZipBytes, bytes: Buffer, count: number): Generator<DirectoryEntry, void> {
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + centralSize > bytes.length || bytes.readUInt32LE(at) !== centralSignature) {
      throw broken(zip, "its directory is damaged");
    }
    const nameEnd = at + centralSize + bytes.readUInt16LE(at + 28);
    yield {
      madeBy: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      attributes: bytes.readUInt32LE(at + 38),
      offset: bytes.readUInt32LE(at + 42),
      name: bytes.subarray(at + centralSize, nameEnd),
    };
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  if (at !== bytes.length) throw broken(zip, "its directory is damaged");
}
