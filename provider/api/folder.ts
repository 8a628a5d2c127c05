/** What a folder of an app holds, from the API's list of files. */
import { isJson } from "./app";

export interface FolderEntry {
  name: string;
  isDirectory: boolean;
  /** Bytes; undefined for a folder. */
  size: number | undefined;
}

/** Undefined when it is no such list. */
export function folderOf(body: unknown): FolderEntry[] | undefined {
  const files = isJson(body) ? body["files"] : undefined;
  if (!Array.isArray(files)) return undefined;
  return files.flatMap((file): FolderEntry[] => {
    if (!isJson(file) || typeof file["name"] !== "string") return [];
    const size = typeof file["size"] === "number" ? file["size"] : undefined;
    return [{ name: file["name"], isDirectory: file["isDirectory"] === true, size }];
  });
}
