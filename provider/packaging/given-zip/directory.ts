/** The bytes of a given zip, its directory, and the raw entries in it. */
import { readSync } from "node:fs";
import { centralSignature, centralSize, endSignature, endSize } from "../archive/zip-format";
import { maxBytes, maxEntries } from "../files/file-list";
import { fileError, quote, SourceError } from "../files/source-error";

export interface ZipBytes {
  /** Path of the zip, for errors. */
  readonly path: string;
  readonly fd: number;
  /** Bytes. */
  readonly size: number;
}

/** Reads a range that the zip refers to. Refuses one outside the zip. */
export function readRange(zip: ZipBytes, start: number, length: number): Buffer {
  if (start < 0 || start + length > zip.size) throw broken(zip, "it is truncated");
  const bytes = Buffer.allocUnsafeSlow(length);
  try {
    for (let done = 0; done < length; ) {
      const count = readSync(zip.fd, bytes, done, length - done, start + done);
      if (count === 0) throw broken(zip, "it is truncated");
      done += count;
    }
  } catch (error) {
    throw fileError(error, zip.path);
  }
  return bytes;
}

export function broken(zip: ZipBytes, reason: string): SourceError {
  return new SourceError(
    "bad-zip",
    zip.path,
    `The zip ${quote(zip.path)} is damaged: ${reason}. Create it again.`,
  );
}

/** The error for one entry. `problem` follows its name. */
export function badEntry(
  zip: ZipBytes,
  entry: string,
  refusal: { kind: SourceError["kind"]; problem: string },
) {
  const message = `The entry ${quote(entry)} of the zip ${quote(zip.path)} ${refusal.problem}.`;
  return new SourceError(refusal.kind, entry, message);
}

/** An entry of the directory, not validated yet. */
export interface DirectoryEntry {
  name: Buffer;
  /** High byte: the system on which the attributes have a meaning. */
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
  /** Parsed during the iteration. */
  entries: Iterable<DirectoryEntry>;
  /** Offset of the directory, where the data of the entries must end. */
  start: number;
  /** All records of the directory, unchanged. */
  records: Buffer;
  count: number;
  /** The record at the end of the zip, with its comment. */
  end: Buffer;
}

/** The end record may be followed by a comment with a length of 16 bits. */
const maxTail = endSize + 0xffff;
/** In bytes: more than 65,534 entries with names of usual length need. */
const maxDirectory = 64 * 1024 * 1024;

export function readDirectory(zip: ZipBytes): Directory {
  const { at, record } = findEnd(zip);
  const wide = findWideEnd(zip, at);
  const count = widened(record.readUInt16LE(10), wide16, wide?.count);
  const size = widened(record.readUInt32LE(12), wide32, wide?.size);
  const start = widened(record.readUInt32LE(16), wide32, wide?.start);
  if (count > maxEntries || size > maxBytes || start > maxBytes) throw tooLarge(zip);
  if (record.readUInt16LE(4) !== 0 || record.readUInt16LE(8) !== record.readUInt16LE(10))
    throw broken(zip, "it is one of several parts");
  if (start + size !== (wide?.at ?? at) || size > maxDirectory)
    throw broken(zip, "its directory is not where it should be");
  const records = readRange(zip, start, size);
  return { entries: parseEntries(zip, records, count), start, records, count, end: record };
}

function findEnd(zip: ZipBytes): { at: number; record: Buffer } {
  const length = Math.min(zip.size, maxTail);
  const tail = readRange(zip, zip.size - length, length);
  for (let at = length - endSize; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    if (at + endSize + tail.readUInt16LE(at + 20) !== length) continue;
    return { at: zip.size - length + at, record: tail.subarray(at) };
  }
  const message = `${quote(zip.path)} is not a zip, or it is truncated: the record at its end is missing. Create it again.`;
  throw new SourceError("not-a-zip", zip.path, message);
}

/** A field with this value has its real value in the zip64 extension. */
const wide16 = 0xffff;
const wide32 = 0xffff_ffff;

function widened(value: number, marker: number, wide: number | undefined): number {
  return value === marker && wide !== undefined ? wide : value;
}

const locatorSignature = 0x07064b50;
const locatorSize = 20;
const wideEndSignature = 0x06064b50;
const wideEndSize = 56;

interface WideEnd {
  at: number;
  count: number;
  size: number;
  start: number;
}

// Some tools write zip64 records although they are not needed. They are between the directory and the end record.
function findWideEnd(zip: ZipBytes, end: number): WideEnd | undefined {
  if (end < locatorSize) return undefined;
  const locator = readRange(zip, end - locatorSize, locatorSize);
  if (locator.readUInt32LE(0) !== locatorSignature) return undefined;
  const at = Number(locator.readBigUInt64LE(8));
  if (at + wideEndSize > zip.size) throw broken(zip, "its directory is not where it should be");
  const record = readRange(zip, at, wideEndSize);
  if (record.readUInt32LE(0) !== wideEndSignature) throw broken(zip, "its directory is damaged");
  const [count, size, start] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)));
  return { at, count: count ?? 0, size: size ?? 0, start: start ?? 0 };
}

function tooLarge(zip: ZipBytes): SourceError {
  const limits = `${maxEntries.toLocaleString("en")} entries or 4 GiB`;
  const message = `The zip ${quote(zip.path)} has more than ${limits}, the most that an upload can have. Leave out what the app does not need.`;
  return new SourceError("too-big", zip.path, message);
}

function* parseEntries(zip: ZipBytes, bytes: Buffer, count: number): Generator<DirectoryEntry, void> {
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + centralSize > bytes.length || bytes.readUInt32LE(at) !== centralSignature) {
      throw broken(zip, "its directory is damaged");
    }
    const nameEnd = at + centralSize + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    yield withWideFields(bytes.subarray(nameEnd, extraEnd), {
      madeBy: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      attributes: bytes.readUInt32LE(at + 38),
      offset: bytes.readUInt32LE(at + 42),
      name: bytes.subarray(at + centralSize, nameEnd),
    });
    at = extraEnd + bytes.readUInt16LE(at + 32);
  }
  if (at !== bytes.length) throw broken(zip, "its directory is damaged");
}

const wideFields = 1;

/** Reads marked fields from the zip64 extra field of the entry, which contains only those, in this order. */
function withWideFields(extra: Buffer, entry: DirectoryEntry): DirectoryEntry {
  const marked = (["size", "packedSize", "offset"] as const).filter((field) => entry[field] === wide32);
  if (marked.length === 0) return entry;
  const field = extraField(extra, wideFields);
  if (!field || field.length < marked.length * 8) return entry;
  const values = marked.map((name, i) => [name, Number(field.readBigUInt64LE(i * 8))]);
  return { ...entry, ...Object.fromEntries(values) };
}

function extraField(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, Math.min(end, extra.length));
    at = end;
  }
  return undefined;
}
