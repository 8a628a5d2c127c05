/** Decoders: what a 2xx response must contain to count as a success. */
import { isJson } from "./app";
import type { ApiResponse } from "./http";

export interface Decoder<T> {
  /** Undefined if the response does not contain what is expected. */
  read(response: ApiResponse): T | undefined;
  missing: string;
  /** The response is a file with arbitrary content. */
  file?: true;
}

// Calls without a result are answered with a message. Anything else, such as the page of a proxy, does not show whether the
// call took effect.
export const done: Decoder<unknown> = {
  read: ({ text }) => {
    const body = parse(text);
    return isJson(body) && typeof body["message"] === "string" ? body : undefined;
  },
  missing: "the answer has no `message`",
};

/** The paths that could not be deleted. */
export const deletedFiles: Decoder<string[]> = {
  read: ({ text }) => {
    const body = parse(text);
    const failed = isJson(body) ? body["failed"] : undefined;
    if (!isJson(body) || (!Array.isArray(body["success"]) && !Array.isArray(failed))) return undefined;
    return Array.isArray(failed) ? failed.filter((path): path is string => typeof path === "string") : [];
  },
  missing: "the answer has no `success` and `failed`",
};

export interface FolderEntry {
  name: string;
  isDirectory: boolean;
  /** Bytes; undefined for a folder. */
  size: number | undefined;
}

export const folder: Decoder<FolderEntry[]> = {
  read: ({ text }) => {
    const body = parse(text);
    const files = isJson(body) ? body["files"] : undefined;
    return Array.isArray(files) ? files.flatMap(entryOf) : undefined;
  },
  missing: "the answer has no list of files",
};

function entryOf(file: unknown): FolderEntry[] {
  if (!isJson(file) || typeof file["name"] !== "string") return [];
  const size = typeof file["size"] === "number" ? file["size"] : undefined;
  return [{ name: file["name"], isDirectory: file["isDirectory"] === true, size }];
}

export const json: Decoder<unknown> = {
  read: ({ text }) => (text.trim() === "" ? {} : parse(text)),
  missing: "the answer is not JSON",
};

export const anything: Decoder<ApiResponse> = { read: (response) => response, missing: "", file: true };

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the body of a 2xx response contains an `error`, which means that the API refused the request. */
export function refuses(text: string): boolean {
  const body = parse(text);
  const error = isJson(body) ? body["error"] : undefined;
  return error !== undefined && error !== null && error !== false && error !== "";
}
