/** The records of a zip file (PKWARE's APPNOTE, sections 4.3 and 4.4), with nothing in them of time, owner or machine. */

export const stored = 0;
export const deflated = 8;

export interface ZipEntry {
  path: string;
  executable: boolean;
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
/** 1 January 1980, the first day that the format knows. */
const firstDay = (1 << 5) | 1;
const plainFile = 0o100644;
const executableFile = 0o100755;

export const localSignature = 0x04034b50;
export const centralSignature = 0x02014b50;
export const endSignature = 0x06054b50;
/** Bytes of the records, without the names and comments behind them. */
export const localSize = 30;
export const centralSize = 46;
export const endSize = 22;

/** Bytes of the record before an entry's data. */
export function localHeaderSize(path: string): number {
  return localSize + Buffer.byteLength(path);
}

export function localHeader(entry: ZipEntry): Buffer {
  const path = Buffer.from(entry.path);
  const record = Buffer.alloc(localSize + path.length);
  record.writeUInt32LE(localSignature, 0);
  writeCommon(record, entry, { at: 4, pathBytes: path.length });
  path.copy(record, localSize);
  return record;
}

export function centralRecord(entry: ZipEntry, offset: number): Buffer {
  const path = Buffer.from(entry.path);
  const record = Buffer.alloc(centralSize + path.length);
  record.writeUInt32LE(centralSignature, 0);
  record.writeUInt16LE(versionMadeBy, 4);
  writeCommon(record, entry, { at: 6, pathBytes: path.length });
  record.writeUInt32LE(((entry.executable ? executableFile : plainFile) << 16) >>> 0, 38);
  record.writeUInt32LE(offset, 42);
  path.copy(record, centralSize);
  return record;
}

/** The 26 bytes that both headers share. */
function writeCommon(record: Buffer, entry: ZipEntry, { at, pathBytes }: { at: number; pathBytes: number }) {
  record.writeUInt16LE(versionNeeded, at);
  record.writeUInt16LE(utf8Names, at + 2);
  record.writeUInt16LE(entry.method, at + 4);
  record.writeUInt16LE(firstDay, at + 8);
  record.writeUInt32LE(entry.crc, at + 10);
  record.writeUInt32LE(entry.packedSize, at + 14);
  record.writeUInt32LE(entry.size, at + 18);
  record.writeUInt16LE(pathBytes, at + 22);
}

export function endRecord({ count, size, offset }: { count: number; size: number; offset: number }): Buffer {
  const record = Buffer.alloc(endSize);
  record.writeUInt32LE(endSignature, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
