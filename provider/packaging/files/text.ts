/** Reads the text files that packaging itself understands: ignore files and `camposcloud.config`. */
import { quote, SourceError } from "./source-error";

/**
 * The text of UTF-8 with or without a byte order mark, or of UTF-16 with one (as PowerShell 5 and old editors write it).
 * Refuses anything else: read as something that it is not, a pattern or a setting would be lost silently.
 */
export function decodeText(bytes: Uint8Array, path: string, { cut = false } = {}): string {
  const { encoding, content } = encodingOf(bytes);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(content, { stream: cut });
    // UTF-16 without a byte order mark, decoded as UTF-8, contains NUL characters.
    if (!text.includes("\0")) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const problem = `${quote(path)} is neither UTF-8 nor UTF-16 with a byte order mark`;
  throw new SourceError("encoding", path, `${problem}, so it cannot be read reliably. Save it as UTF-8.`);
}

function encodingOf(bytes: Uint8Array): { encoding: "utf-8" | "utf-16le"; content: Uint8Array } {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { encoding: "utf-16le", content: bytes };
  if (first !== 0xfe || second !== 0xff) return { encoding: "utf-8", content: bytes };
  // An odd last byte stays, so that the decoder refuses it.
  const even = bytes.length - (bytes.length % 2);
  const swapped = Buffer.from(bytes);
  swapped.subarray(0, even).swap16();
  return { encoding: "utf-16le", content: swapped };
}
