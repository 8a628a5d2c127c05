/** The bytes of a given zip, read where they are needed. */
import { readSync } from "node:fs";
import { fileError, quote, SourceError } from "../files/source-error";

export interface ZipBytes {
  /** Path of the zip, for errors. */
  readonly path: string;
  readonly fd: number;
  /** Bytes. */
  readonly size: number;
}

/** Reads a range that the zip itself named. Refuses one that it does not have. */
export function readRange(zip: ZipBytes, start: number, length: number): Buffer {
  if (start < 0 || start + length > zip.size) throw broken(zip, "it is cut off");
  const bytes = Buffer.allocUnsafeSlow(length);
  try {
    for (let done = 0; done < length; ) {
      const count = readSync(zip.fd, bytes, done, length - done, start + done);
      if (count === 0) throw broken(zip, "it is cut off");
      done += count;
    }
  } catch (error) {
    throw fileError(error, zip.path);
  }
  return bytes;
}

export function broken(zip: ZipBytes, reason: string): SourceError {
  return new SourceError(
    "bad-zip",
    zip.path,
    `The zip ${quote(zip.path)} is broken: ${reason}. Make it again.`,
  );
}

/** The refusal of one entry. `problem` follows its name. */
export function badEntry(
  zip: ZipBytes,
  entry: string,
  refusal: { kind: SourceError["kind"]; problem: string },
) {
  const message = `The entry ${quote(entry)} of the zip ${quote(zip.path)} ${refusal.problem}.`;
  return new SourceError(refusal.kind, entry, message);
}
