/** Owns the zip of all files of an app, made while it is downloaded. */
import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { Readable } from "node:stream";
import JSZip from "jszip";

/** Regular files only: a link of the app may lead out of its folder. */
export async function zipOf(folder: string): Promise<Readable> {
  const zip = new JSZip();
  for (const path of await readdir(folder, { recursive: true })) {
    const file = join(folder, path);
    if (!(await lstat(file)).isFile()) continue;
    const content = Readable.from(contentOf(file), { objectMode: false });
    zip.file(path.split(sep).join("/"), content, { createFolders: false });
  }
  // Its stream is of an older kind, which cannot be read like Node's own.
  return new Readable().wrap(zip.generateNodeStream({ streamFiles: true, compression: "DEFLATE" }));
}

// Opens the file only when its turn comes: an app may have more files than a process may hold open.
async function* contentOf(file: string): AsyncGenerator<Buffer> {
  yield* createReadStream(file);
}
