/** Zips built field by field, so that any field can be wrong. */
import { crc32, deflateRawSync } from "node:zlib";

export interface Entry {
  name: string | Buffer;
  content?: string | Uint8Array;
  /** Stored unless true. */
  deflate?: boolean;
  /** What the records say, where that is not the truth. */
  says?: Partial<Record<"size" | "packedSize" | "crc" | "flags" | "method" | "offset", number>>;
  mode?: number;
  /** Name in the local header, where it is another. */
  localName?: string;
}

export function makeZip(entries: readonly Entry[], comment = ""): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? "");
    const data = entry.deflate ? deflateRawSync(content) : content;
    const fields = {
      flags: 0x800,
      method: entry.deflate ? 8 : 0,
      crc: crc32(content),
      packedSize: data.length,
      size: content.length,
      offset,
      ...entry.says,
    };
    const local = Buffer.concat([record(0x04034b50, fields, entry.localName ?? entry.name), data]);
    locals.push(local);
    centrals.push(central(fields, entry));
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  return Buffer.concat([
    ...locals,
    directory,
    end(entries.length, { size: directory.length, offset, comment }),
  ]);
}

type Fields = Required<NonNullable<Entry["says"]>>;

function record(signature: number, fields: Fields, name: string | Buffer): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(signature, 0);
  common(bytes, fields, 4);
  bytes.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([bytes, Buffer.from(name)]);
}

function common(bytes: Buffer, fields: Fields, at: number): void {
  bytes.writeUInt16LE(20, at);
  bytes.writeUInt16LE(fields.flags, at + 2);
  bytes.writeUInt16LE(fields.method, at + 4);
  bytes.writeUInt32LE(fields.crc, at + 10);
  bytes.writeUInt32LE(fields.packedSize, at + 14);
  bytes.writeUInt32LE(fields.size, at + 18);
}

function central(fields: Fields, { name, mode }: Entry): Buffer {
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE((3 << 8) | 20, 4);
  common(bytes, fields, 6);
  bytes.writeUInt16LE(Buffer.byteLength(name), 28);
  bytes.writeUInt32LE(((mode ?? 0o100644) << 16) >>> 0, 38);
  bytes.writeUInt32LE(fields.offset, 42);
  return Buffer.concat([bytes, Buffer.from(name)]);
}

function end(
  count: number,
  { size, offset, comment }: { size: number; offset: number; comment: string },
): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt16LE(count, 8);
  bytes.writeUInt16LE(count, 10);
  bytes.writeUInt32LE(size, 12);
  bytes.writeUInt32LE(offset, 16);
  bytes.writeUInt16LE(Buffer.byteLength(comment), 20);
  return Buffer.concat([bytes, Buffer.from(comment)]);
}
