/** Owns reading the central directory of untrusted zips: every number in it is checked before it is used. */
import { badRequest } from "../errors";

/** A zip in memory or in a file. */
export interface ZipReader {
  size: number;
  /** Reads exactly these bytes, which must exist. */
  read(position: number, length: number): Buffer;
}

export interface ZipEntry {
  name: string;
  rawName: Buffer;
  flags: number;
  method: number;
  crc: number;
  compressedSize: number;
  size: number;
  /** POSIX mode; 0 if the zip has none. */
  mode: number;
  /** Offset of its local header. */
  offset: number;
}

const MAX_ENTRIES = 100_000;
const MAX_DIRECTORY = 64 * 1024 ** 2;

/** Signatures and lengths of the records in the specification of the format (APPNOTE). */
const END = { signature: 0x06054b50, bytes: 22 };
const END64 = { signature: 0x06064b50, bytes: 56 };
const LOCATOR64 = { signature: 0x07064b50, bytes: 20 };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const MAX_COMMENT = 0xffff;
const EXTRA64 = 0x0001;
const NAME_IS_UTF8 = 0x0800;

export const unusable = (what: string) => badRequest(`The file is not a usable zip: ${what}.`);

export function readDirectory(zip: ZipReader): ZipEntry[] {
  const { count, bytes, offset } = readEnd(zip);
  if (count > MAX_ENTRIES) throw badRequest(`The zip has more than ${MAX_ENTRIES} entries.`);
  if (bytes > MAX_DIRECTORY || bytes < count * ENTRY.bytes) throw unusable("its directory has a wrong size");
  if (offset + bytes > zip.size) throw unusable("its directory is outside the file");
  const directory = zip.read(offset, bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    const { entry, length } = readEntry(directory, at);
    if (entry.offset + LOCAL.bytes + entry.rawName.length + entry.compressedSize > offset) {
      throw unusable(`the entry ${JSON.stringify(entry.name)} is outside the file`);
    }
    entries.push(entry);
    at += length;
  }
  return entries;
}

interface End {
  count: number;
  bytes: number;
  offset: number;
}

/** The end record comes last, followed only by an optional comment whose length it contains. */
function readEnd(zip: ZipReader): End {
  const length = Math.min(zip.size, END.bytes + MAX_COMMENT);
  const tail = zip.read(zip.size - length, length);
  for (let at = tail.length - END.bytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END.signature) continue;
    if (at + END.bytes + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const end = {
      count: tail.readUInt16LE(at + 10),
      bytes: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    };
    const end64 = readEnd64(zip, zip.size - length + at);
    if (tail.readUInt16LE(at + 4) !== 0 && !end64) throw unusable("it is one part of a multi-part zip");
    return end64 ?? end;
  }
  throw unusable("its end record is missing, so it is truncated or not a zip");
}

/** Large zips, and small ones of some tools, have these numbers in a zip64 record before the end record. */
function readEnd64(zip: ZipReader, end: number): End | undefined {
  if (end < LOCATOR64.bytes) return undefined;
  const locator = zip.read(end - LOCATOR64.bytes, LOCATOR64.bytes);
  if (locator.readUInt32LE(0) !== LOCATOR64.signature) return undefined;
  const position = large(locator, 8);
  if (position + END64.bytes > end) throw unusable("its end record is not where it is declared");
  const record = zip.read(position, END64.bytes);
  if (record.readUInt32LE(0) !== END64.signature)
    throw unusable("its end record is not where it is declared");
  return { count: large(record, 32), bytes: large(record, 40), offset: large(record, 48) };
}

function large(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw unusable("it contains a size that is too large");
  return Number(value);
}

function readEntry(directory: Buffer, at: number): { entry: ZipEntry; length: number } {
  const fits = (end: number) => {
    if (end > directory.length) throw unusable("its directory ends in the middle of an entry");
  };
  fits(at + ENTRY.bytes);
  if (directory.readUInt32LE(at) !== ENTRY.signature) throw unusable("its directory is damaged");
  const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
  const nameEnd = at + ENTRY.bytes + name;
  const length = ENTRY.bytes + name + extra + comment;
  fits(at + length);
  const rawName = directory.subarray(at + ENTRY.bytes, nameEnd);
  const flags = directory.readUInt16LE(at + 8);
  const entry = {
    name: decodeName(rawName, (flags & NAME_IS_UTF8) !== 0),
    rawName,
    flags,
    method: directory.readUInt16LE(at + 10),
    crc: directory.readUInt32LE(at + 16),
    compressedSize: directory.readUInt32LE(at + 20),
    size: directory.readUInt32LE(at + 24),
    mode: directory.readUInt32LE(at + 38) >>> 16,
    offset: directory.readUInt32LE(at + 42),
  };
  return { entry: withLargeFields(entry, directory.subarray(nameEnd, nameEnd + extra)), length };
}

/** Numbers that do not fit into 32 bits are in an extra field, in this order. */
function withLargeFields(entry: ZipEntry, extras: Buffer): ZipEntry {
  const wanted = (["size", "compressedSize", "offset"] as const).filter(
    (field) => entry[field] === 0xffffffff,
  );
  if (wanted.length === 0) return entry;
  const field = extraField(extras, EXTRA64);
  if (!field || field.length < wanted.length * 8) throw unusable("a large entry has no size");
  return { ...entry, ...Object.fromEntries(wanted.map((name, index) => [name, large(field, index * 8)])) };
}

function extraField(extras: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extras.length; at += 4 + extras.readUInt16LE(at + 2)) {
    const end = at + 4 + extras.readUInt16LE(at + 2);
    if (extras.readUInt16LE(at) === id && end <= extras.length) return extras.subarray(at + 4, end);
  }
  return undefined;
}

/** Upper half of code page 437, the default encoding of names. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** Many tools write UTF-8 without declaring it, so names that are valid UTF-8 are decoded as such. */
function decodeName(raw: Buffer, saysUtf8: boolean): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    if (saysUtf8) throw unusable("a name that is declared as UTF-8 is not valid UTF-8");
    return [...raw].map((byte) => (byte < 128 ? String.fromCharCode(byte) : CP437[byte - 128])).join("");
  }
}

/** The offset of an entry's data. The name in its local header must match the directory. */
export function dataStart(zip: ZipReader, entry: ZipEntry): number {
  const header = zip.read(entry.offset, LOCAL.bytes + entry.rawName.length);
  const named = header.readUInt16LE(26) === entry.rawName.length;
  if (
    header.readUInt32LE(0) !== LOCAL.signature ||
    !named ||
    !header.subarray(LOCAL.bytes).equals(entry.rawName)
  ) {
    throw unusable(`the entry ${JSON.stringify(entry.name)} is not where its directory says`);
  }
  const start = entry.offset + header.length + header.readUInt16LE(28);
  if (start + entry.compressedSize > zip.size)
    throw unusable(`the entry ${JSON.stringify(entry.name)} is truncated`);
  return start;
}
