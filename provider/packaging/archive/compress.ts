/** Compresses contents. The result depends on the bytes alone, not on the thread or the steps. */
import { constants, deflateRaw, deflateRawSync, type ZlibOptions } from "node:zlib";
import type { Yielder } from "../files/yield";
import { deflated, stored } from "./zip-format";

/** Long contents are compressed in blocks of this many bytes, a few milliseconds of work each. */
export const blockSize = 128 * 1024;

/** How far back a block may refer: the window of deflate. */
export const reach = 32 * 1024;

const level = 6;

export interface Block {
  bytes: Uint8Array;
  /** The content right before, at most `reach` bytes. */
  before: Uint8Array;
  last: boolean;
}

/** Compresses a block. The concatenated blocks of a content are one deflate stream. */
export type Deflate = (block: Block) => Uint8Array | Promise<Uint8Array>;

export function deflateHere(block: Block): Uint8Array {
  return deflateRawSync(block.bytes, optionsFor(block));
}

/** Smaller blocks are compressed before another thread would have started on them. */
const worthHandingOver = 16 * 1024;

/** Passes larger blocks to Node's own thread pool, so that this thread can go on meanwhile. */
export function deflateInPool(block: Block): Uint8Array | Promise<Uint8Array> {
  if (block.bytes.length < worthHandingOver) return deflateHere(block);
  return new Promise((resolve, reject) => {
    deflateRaw(block.bytes, optionsFor(block), (error, packed) => (error ? reject(error) : resolve(packed)));
  });
}

/** On this thread, a slice at a time. */
export function deflateInSlices(yielder: Yielder): Deflate {
  return (block) =>
    yielder.shouldYield ? yielder.yield().then(() => deflateHere(block)) : deflateHere(block);
}

function optionsFor({ bytes, before, last }: Block): ZlibOptions {
  const length = bytes.length + before.length;
  return {
    level,
    windowBits: windowBits(length),
    memLevel: memLevel(length),
    chunkSize: bytes.length + spare,
    dictionary: before.length > 0 ? before : undefined,
    finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
  };
}

/** Additional space for a block that does not shrink, so that zlib is called once. */
const spare = 256;

// Setting up a small window takes half the time, and it finds the same matches if the content fits into it.
function windowBits(length: number): number {
  const margin = 262;
  if (length <= (1 << 13) - margin) return 13;
  return length <= (1 << 14) - margin ? 14 : 15;
}

// With it, zlib's buffer of symbols holds 2 ** (memLevel + 6): more than the content has bytes, so that the result is the same.
// The C library returns less memory to the system after each small content, and clears less of it before the next.
function memLevel(length: number): number {
  if (length < 1 << 12) return 6;
  return length < 1 << 13 ? 7 : 8;
}

/** Samples that show whether a content is worth compressing: its beginning, middle and end. */
export function sampleRanges(size: number): { start: number; end: number }[] {
  const starts = [0, Math.floor((size - sampleSize) / 2), size - sampleSize];
  return starts.map((start) => ({ start, end: start + sampleSize }));
}

const sampleSize = 32 * 1024;
/** Content is not worth compressing if its samples stay larger than this fraction. */
const worthwhile = 0.98;

export function shrinks(sample: Uint8Array): boolean {
  return deflateRawSync(sample, { level: 1 }).length < sample.length * worthwhile;
}

export interface Packed {
  method: typeof stored | typeof deflated;
  parts: Uint8Array[];
  /** Total bytes of the parts. */
  size: number;
}

/** Up to this length, deflate saves a few bytes at best, which is not worth the time. */
const tooShort = 160;

const nothing = new Uint8Array();

/** Compresses a content that is in memory; synchronously if it is short and `deflate` is synchronous. */
export function packContent(content: Uint8Array, deflate: Deflate): Packed | Promise<Packed> {
  if (content.length <= tooShort) return packedAs([], content);
  if (content.length > blockSize) return packBlocks(content, deflate);
  const packed = deflate({ bytes: content, before: nothing, last: true });
  return packed instanceof Promise
    ? packed.then((part) => packedAs([part], content))
    : packedAs([packed], content);
}

async function packBlocks(content: Uint8Array, deflate: Deflate): Promise<Packed> {
  const promising = sampleRanges(content.length).some(({ start, end }) =>
    shrinks(content.subarray(start, end)),
  );
  return packedAs(promising ? await deflateRange(content, { start: 0, last: true }, deflate) : [], content);
}

/** `parts` is the compressed content. If it is empty or not smaller, the content is stored. */
function packedAs(parts: Uint8Array[], content: Uint8Array): Packed {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size > 0 && size < content.length) return { method: deflated, parts, size };
  return { method: stored, parts: [content], size: content.length };
}

/** Compresses `bytes` from `start` on; blocks may refer to the bytes before. `last`: the content ends there. */
export function deflateRange(
  bytes: Uint8Array,
  { start, last }: { start: number; last: boolean },
  deflate: Deflate,
): Promise<Uint8Array[]> {
  const parts: (Uint8Array | Promise<Uint8Array>)[] = [];
  for (let at = start; at < bytes.length; at += blockSize) {
    const end = Math.min(at + blockSize, bytes.length);
    const before = bytes.subarray(Math.max(0, at - reach), at);
    parts.push(deflate({ bytes: bytes.subarray(at, end), before, last: last && end === bytes.length }));
  }
  return Promise.all(parts);
}
