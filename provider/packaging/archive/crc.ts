/** CRC-32, from Node where it has it (20.15 and later). */
import * as zlib from "node:zlib";

const native: typeof zlib.crc32 | undefined = zlib.crc32;

/** The CRC of `bytes`, going on from that of the bytes before them. */
export const crc32: (bytes: Uint8Array, before?: number) => number = native ?? portableCrc32;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function portableCrc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}
