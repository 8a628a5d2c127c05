/** Adds files to the copy of a given zip: its entries stay unchanged, only the directory after them is rewritten. */
import { centralRecord, crc32, type EntryHeader, localHeader, stored } from "../archive/zip-format";
import { maxEntries, tooManyEntries } from "../files/file-list";
import type { Directory } from "./directory";

/** What this needs of the archive's file. */
export interface AppendableFile {
  readonly size: number;
  truncate(size: number): Promise<void>;
  append(bytes: Uint8Array, entry: string): Promise<void>;
}

/**
 * The zip stays within the limits of the format without zip64, which are checked, so its zip64 end record is dropped. The records
 * of entries are copied with their extra fields.
 */
export async function appendEntries(
  file: AppendableFile,
  { records, end, count, start }: Omit<Directory, "entries">,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const added = Object.entries(files);
  if (count + added.length > maxEntries) throw tooManyEntries(added[0]?.[0] ?? "");
  await file.truncate(start);
  const directory: Uint8Array[] = [records];
  for (const [path, text] of added) {
    const content = new TextEncoder().encode(text);
    const entry = storedEntry(path, content);
    directory.push(centralRecord(entry, file.size));
    await file.append(Buffer.concat([localHeader(entry), content]), path);
  }
  const offset = file.size;
  await file.append(Buffer.concat(directory), "");
  await file.append(endOf(end, { count: count + added.length, size: file.size - offset, offset }), "");
}

function storedEntry(path: string, content: Uint8Array): EntryHeader {
  const { length } = content;
  return { path, method: stored, crc: crc32(content), size: length, packedSize: length };
}

/** The end record with its comment, referring to the new directory. */
function endOf(
  end: Uint8Array,
  { count, size, offset }: { count: number; size: number; offset: number },
): Uint8Array {
  const record = Buffer.from(end);
  record.writeUInt16LE(0, 4);
  record.writeUInt16LE(0, 6);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
