/** Compresses contents. What comes out depends on the bytes alone, whichever thread does it and in whatever steps. */
import { constants, deflateRaw, deflateRawSync, type ZlibOptions } from "node:zlib";
import type { Yielder } from "../files/yield";
import { deflated, stored } from "./zip-format";

/** Long contents are compressed in blocks of so many bytes, which is a few milliseconds of work each. */
export const blockSize = 128 * 1024;

/** What a block may refer back to: the reach of deflate. */
export const reach = 32 * 1024;

const level = 6;

export interface Block {
  bytes: Uint8Array;
  /** The content right before, at most `reach` bytes. */
  before: Uint8Array;
  last: boolean;
}

/** Compresses a block. The blocks of one content make one deflate stream when put behind each other. */
export type Deflate = (block: Block) => Uint8Array | Promise<Uint8Array>;

export function deflateHere(block: Block): Uint8Array {
  return deflateRawSync(block.bytes, optionsFor(block));
}

/** Smaller blocks are done before another thread would have begun. */
const worthHandingOver = 16 * 1024;

/** Larger blocks go to the thread pool that Node has anyway, so that this thread can go on meanwhile. */
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
  return {
    level,
    windowBits: windowBits(bytes.length + before.length),
    chunkSize: bytes.length + spare,
    dictionary: before.length > 0 ? before : undefined,
    finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
  };
}

/** Room for a block that does not shrink, so that zlib is called once. */
const spare = 256;

// A small window costs half the time to set up, and finds the same matches while the content fits into it.
function windowBits(length: number): number {
  const margin = 262;
  if (length <= (1 << 13) - margin) return 13;
  return length <= (1 << 14) - margin ? 14 : 15;
}

/** Parts of a content that tell whether it is worth compressing: its beginning, its middle and its end. */
export function sampleRanges(size: number): { start: number; end: number }[] {
  const starts = [0, Math.floor((size - sampleSize) / 2), size - sampleSize];
  return starts.map((start) => ({ start, end: start + sampleSize }));
}

const sampleSize = 32 * 1024;
/** A sample that stays larger than this share of itself is no use to compress. */
const worthwhile = 0.98;

export function shrinks(sample: Uint8Array): boolean {
  return deflateRawSync(sample, { level: 1 }).length < sample.length * worthwhile;
}

export interface Packed {
  method: typeof stored | typeof deflated;
  parts: Uint8Array[];
  /** Bytes of the parts. */
  size: number;
}

/** So short a content is not worth the time: what deflate saves of it is a few bytes at best. */
const tooShort = 160;

const nothing = new Uint8Array();

/** Compresses a content that is in memory; a short one at once, unless `deflate` takes its time. */
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

/** `parts`: the compressed content; none, or none that is smaller, and it is stored. */
function packedAs(parts: Uint8Array[], content: Uint8Array): Packed {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size > 0 && size < content.length) return { method: deflated, parts, size };
  return { method: stored, parts: [content], size: content.length };
}

/** Compresses `bytes` from `start` on; what stands before may be referred back to. `last`: the content ends there. */
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
