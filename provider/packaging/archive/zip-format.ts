/** The records of a zip file (PKWARE's APPNOTE, sections 4.3 and 4.4), without times, owners or properties of the machine. */
import * as zlib from "node:zlib";

export const stored = 0;
export const deflated = 8;

/** The fields of both headers of an entry. */
export interface EntryHeader {
  path: string;
  method: typeof stored | typeof deflated;
  crc: number;
  /** Bytes before and after compression. */
  size: number;
  packedSize: number;
}

const versionNeeded = 20;
/** Made on Unix, so that readers take the mode from the entry. */
const versionMadeBy = (3 << 8) | versionNeeded;
const utf8Names = 1 << 11;
/** 1 January 1980, the earliest date of the format. */
const firstDay = (1 << 5) | 1;
const plainFile = 0o100644;
const executableFile = 0o100755;

export const localSignature = 0x04034b50;
export const centralSignature = 0x02014b50;
export const endSignature = 0x06054b50;
/** Bytes of the records, without the names and comments that follow. */
export const localSize = 30;
export const centralSize = 46;
export const endSize = 22;

const centralPathBytesAt = 28;
const centralModeAt = 40;
const centralOffsetAt = 42;
const encoder = new TextEncoder();

/** Bytes of the header before an entry's data. */
export function localHeaderSize(path: string): number {
  return localSize + Buffer.byteLength(path);
}

/** Bytes of an entry's record in the central directory. */
export function centralRecordSize(path: string): number {
  return centralSize + Buffer.byteLength(path);
}

/** Writes records and data one after another into memory that can be transferred to another thread. */
export class RecordWriter {
  // Not from Node's buffer pool, which cannot be transferred.
  readonly #bytes: Uint8Array;
  #length = 0;

  /** `capacity` is the number of bytes that will be written, or more. */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(new ArrayBuffer(capacity));
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Returns the bytes of the header. */
  local({ path, method, crc, packedSize, size }: EntryHeader): Uint8Array {
    const start = this.#length;
    this.data(localTemplate);
    const { written } = encoder.encodeInto(path, this.#bytes.subarray(this.#length));
    this.#length += written;
    const header = this.#bytes.subarray(start, this.#length);
    // Faster than setting each number in place: most runs are over before this code is optimized.
    numbers.setUint32(0, crc, true);
    numbers.setUint32(4, packedSize, true);
    numbers.setUint32(8, size, true);
    numbers.setUint16(12, written, true);
    header.set(numberBytes, crcAt);
    header[methodAt] = method;
    return header;
  }

  /** `local` is the entry's local header, which contains most of the fields of its record. */
  central(local: Uint8Array, offset: number): void {
    const start = this.#length;
    this.data(centralTemplate);
    this.data(local.subarray(localSize));
    this.#bytes.set(local.subarray(4, localSize), start + 6);
    numbers.setUint32(0, offset, true);
    this.#bytes.set(numberBytes.subarray(0, 4), start + centralOffsetAt);
  }

  data(part: Uint8Array): void {
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
  }
}

/** Space for the CRC, both sizes and the length of the path, in the order of a header. */
const numberBytes = new Uint8Array(14);
const numbers = new DataView(numberBytes.buffer);
const methodAt = 8;
const crcAt = 14;

const localTemplate = record(localSize, (view) => {
  view.setUint32(0, localSignature, true);
  view.setUint16(4, versionNeeded, true);
  view.setUint16(6, utf8Names, true);
  view.setUint16(12, firstDay, true);
});

const centralTemplate = record(centralSize, (view) => {
  view.setUint32(0, centralSignature, true);
  view.setUint16(4, versionMadeBy, true);
  view.setUint16(centralModeAt, plainFile, true);
});

function record(size: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return bytes;
}

export function localHeader(entry: EntryHeader): Uint8Array {
  return new RecordWriter(localHeaderSize(entry.path)).local(entry);
}

export function centralRecord(entry: EntryHeader, offset: number): Uint8Array {
  const writer = new RecordWriter(centralRecordSize(entry.path));
  writer.central(localHeader(entry), offset);
  return writer.written;
}

/** Completes records of the central directory: their entries begin `offset` bytes later, and some are executable. */
export function placeRecords(
  records: Uint8Array,
  offset: number,
  entries: readonly { executable: boolean }[],
): void {
  const view = new DataView(records.buffer, records.byteOffset, records.length);
  let at = 0;
  for (const entry of entries) {
    if (entry.executable) view.setUint16(at + centralModeAt, executableFile, true);
    view.setUint32(at + centralOffsetAt, view.getUint32(at + centralOffsetAt, true) + offset, true);
    at += centralSize + view.getUint16(at + centralPathBytesAt, true);
  }
}

export function endRecord({
  count,
  size,
  offset,
}: {
  count: number;
  size: number;
  offset: number;
}): Uint8Array {
  return record(endSize, (view) => {
    view.setUint32(0, endSignature, true);
    view.setUint16(8, count, true);
    view.setUint16(10, count, true);
    view.setUint32(12, size, true);
    view.setUint32(16, offset, true);
  });
}

/** The CRC-32 of `bytes`, continued from that of the bytes before. Node.js has it from 20.15 on. */
export const crc32: (bytes: Uint8Array, before?: number) => number =
  typeof zlib.crc32 === "function" ? zlib.crc32 : portableCrc32;

let crcTable: Uint32Array | undefined;

export function portableCrc32(bytes: Uint8Array, before = 0): number {
  crcTable ??= Uint32Array.from({ length: 256 }, (_, byte) => crcOf(byte));
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

function crcOf(byte: number): number {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
}
