/** The records of a zip file (PKWARE's APPNOTE, sections 4.3 and 4.4), with nothing in them of time, owner or machine. */

export const stored = 0;
export const deflated = 8;

/** What both headers of an entry tell. */
export interface EntryHeader {
  path: string;
  method: typeof stored | typeof deflated;
  crc: number;
  /** Bytes before and after compression. */
  size: number;
  packedSize: number;
}

export interface ZipEntry extends EntryHeader {
  executable: boolean;
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

/** Writes a local header into larger bytes. Answers with where it ends. */
export function writeLocalHeader(bytes: Uint8Array, view: DataView, at: number, entry: EntryHeader): number {
  const { written } = encoder.encodeInto(entry.path, bytes.subarray(at + localSize));
  bytes.fill(0, at, at + localSize);
  view.setUint32(at, localSignature, true);
  writeCommon(view, entry, { at: at + 4, pathBytes: written });
  return at + localSize + written;
}

export function localHeader(entry: EntryHeader): Uint8Array {
  const { bytes, view } = newRecord(localSignature, localSize, entry.path);
  writeCommon(view, entry, { at: 4, pathBytes: bytes.length - localSize });
  return bytes;
}

export function centralRecord(entry: ZipEntry, offset: number): Uint8Array {
  const { bytes, view } = newRecord(centralSignature, centralSize, entry.path);
  view.setUint16(4, versionMadeBy, true);
  writeCommon(view, entry, { at: 6, pathBytes: bytes.length - centralSize });
  view.setUint16(40, entry.executable ? executableFile : plainFile, true);
  view.setUint32(42, offset, true);
  return bytes;
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
  const { bytes, view } = newRecord(endSignature, endSize, "");
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return bytes;
}

// The methods of a DataView are fast from the first call on, those of a Buffer after some thousands.
function newRecord(signature: number, size: number, path: string): { bytes: Uint8Array; view: DataView } {
  const name = encoder.encode(path);
  const bytes = new Uint8Array(size + name.length);
  bytes.set(name, size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  return { bytes, view };
}

const encoder = new TextEncoder();

/** The 26 bytes that both headers share. */
function writeCommon(
  view: DataView,
  entry: EntryHeader,
  { at, pathBytes }: { at: number; pathBytes: number },
): void {
  view.setUint16(at, versionNeeded, true);
  view.setUint16(at + 2, utf8Names, true);
  view.setUint16(at + 4, entry.method, true);
  view.setUint16(at + 8, firstDay, true);
  view.setUint32(at + 10, entry.crc, true);
  view.setUint32(at + 14, entry.packedSize, true);
  view.setUint32(at + 18, entry.size, true);
  view.setUint16(at + 22, pathBytes, true);
}
