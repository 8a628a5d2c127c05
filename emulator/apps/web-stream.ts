/** Owns the step from Node's streams to those that answers are made of. */
import { Readable } from "node:stream";

// Node and the DOM declare the same class twice, so the compiler cannot see that it is one.
export function webStream(stream: Readable): ReadableStream {
  return Readable.toWeb(stream) as ReadableStream;
}
