/** Compresses contents. What comes out depends on the bytes alone, whichever thread does it and in whatever steps. */
import { constants, deflateRawSync } from "node:zlib";
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

/** The blocks of one content make one deflate stream when put behind each other. */
export function deflateBlock({ bytes, before, last }: Block): Buffer {
  return deflateRawSync(bytes, {
    level,
    windowBits: windowBits(bytes.length + before.length),
    chunkSize: bytes.length + spare,
    dictionary: before.length > 0 ? before : undefined,
    finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
  });
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

/** Compresses a content that is in memory. The generator lets the caller breathe between blocks. */
export function* packContent(content: Uint8Array): Generator<void, Packed> {
  const asItIs: Packed = { method: stored, parts: [content], size: content.length };
  if (content.length === 0) return asItIs;
  if (content.length > blockSize) {
    const samples = sampleRanges(content.length).map(({ start, end }) => content.subarray(start, end));
    if (!samples.some(shrinks)) return asItIs;
  }
  const packed: Packed = { method: deflated, parts: [], size: 0 };
  for (let start = 0; start < content.length; start += blockSize) {
    const part = deflateBlock(blockAt(content, start));
    packed.parts.push(part);
    packed.size += part.length;
    yield;
  }
  return packed.size < content.length ? packed : asItIs;
}

function blockAt(content: Uint8Array, start: number): Block {
  const end = Math.min(start + blockSize, content.length);
  const before = content.subarray(Math.max(0, start - reach), start);
  return { bytes: content.subarray(start, end), before, last: end === content.length };
}
