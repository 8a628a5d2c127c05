/** Owns access to the files of an app by API paths; no path leads out of its folder, not even through links. */
import {
  createReadStream,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
} from "node:fs";
import { lstat, readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join, posix, relative, sep } from "node:path";
import { Readable } from "node:stream";
import JSZip from "jszip";
import { badRequest, notFound } from "../errors";
import { yielder } from "../pause";
import type { WireDeletedFiles, WireFile, WireFileList } from "../wire";

/** `foo`, `/foo/` and `/foo` are equivalent; undefined, and the text "undefined" that some clients send, mean the root. */
export function apiPath(path: string | undefined): string {
  if (path === undefined || path === "undefined") return "/";
  if (path.includes("\0") || path.includes("\\") || path.split("/").includes("..")) {
    throw badRequest(`The path ${JSON.stringify(path)} is not allowed.`);
  }
  return posix.join("/", path).replace(/(.)\/$/, "$1");
}

interface Located {
  /** Absolute and free of links. */
  real: string;
  path: string;
  stats: Stats;
}

/** The content of a file is returned inside JSON; larger ones must be downloaded. */
const SHOWN_BYTES = 10 * 1024 ** 2;

async function locate(root: string, path: string): Promise<Located> {
  const missing = () => notFound(`There is no ${path} in this application.`);
  const real = await realpath(join(root, path)).catch(() => {
    throw missing();
  });
  if (!inside(root, real)) throw missing();
  return { real, path, stats: await stat(real) };
}

function inside(root: string, real: string): boolean {
  const away = relative(realpathSync(root), real);
  return away !== ".." && !away.startsWith(`..${sep}`);
}

export async function listFiles(root: string, path: string): Promise<WireFileList> {
  const found = await locate(root, path);
  const common = { prevPath: path === "/" ? null : posix.dirname(path), currentPath: path };
  if (!found.stats.isDirectory()) {
    return { isDirectory: false, files: null, content: await readContent(found), ...common };
  }
  const names = (await readdir(found.real)).sort();
  const files = await Promise.all(names.map((name) => describe(root, posix.join(path, name))));
  return { isDirectory: true, files: files.filter((file) => file !== undefined), content: null, ...common };
}

async function readContent({ real, path, stats }: Located): Promise<string> {
  if (stats.isFile() && stats.size <= SHOWN_BYTES) return readFile(real, "utf8");
  throw badRequest(`${path} is too large to be shown, or not a regular file; download it instead.`);
}

/** Broken links and links that lead out of the folder are not shown. */
async function describe(root: string, path: string): Promise<WireFile | undefined> {
  const found = await locate(root, path).catch(() => undefined);
  if (!found) return undefined;
  const isDirectory = found.stats.isDirectory();
  return {
    name: basename(path),
    isDirectory,
    isFile: found.stats.isFile(),
    path,
    size: isDirectory ? null : found.stats.size,
    createdAt: found.stats.birthtime.toISOString(),
    modifiedAt: found.stats.mtime.toISOString(),
  };
}

/** The location and the size of a file. A folder cannot be downloaded. */
export async function fileToDownload(root: string, path: string): Promise<{ real: string; size: number }> {
  const found = await locate(root, path);
  if (!found.stats.isFile()) throw notFound(`${path} is a folder; name a file in it.`);
  return { real: found.real, size: found.stats.size };
}

export async function deleteFiles(root: string, paths: string[]): Promise<WireDeletedFiles> {
  const result: WireDeletedFiles = { success: [], failed: [] };
  for (const path of paths) {
    const gone = await deleteOne(root, path).then(
      () => true,
      () => false,
    );
    result[gone ? "success" : "failed"].push(path);
  }
  return result;
}

/** Removes a link itself, never what it points to. */
async function deleteOne(root: string, raw: string): Promise<void> {
  const path = apiPath(raw);
  if (path === "/") throw badRequest("The root folder cannot be deleted.");
  const folder = await locate(root, posix.dirname(path));
  const target = join(folder.real, posix.basename(path));
  await lstat(target);
  await rm(target, { recursive: true });
}

/** Moves unpacked files over those of the app; each is replaced atomically, stale ones stay. */
export async function mergeFiles(
  from: string,
  root: string,
  options: { folder: string; paths: string[] },
): Promise<void> {
  const turn = yielder();
  const made = new Set<string>();
  for (const path of options.paths) {
    await turn();
    const target = join(root, options.folder, path);
    const folder = dirname(target);
    if (!made.has(folder)) makeFolder(root, folder);
    made.add(folder);
    moveFile(join(from, path), target, path);
  }
}

function moveFile(from: string, target: string, path: string): void {
  try {
    renameSync(from, target);
  } catch (cause) {
    if (!lstatSync(target, { throwIfNoEntry: false })?.isDirectory()) throw cause;
    throw badRequest(`${path} is a folder in the application and a file in the zip.`);
  }
}

function makeFolder(root: string, folder: string): void {
  let existing = folder;
  while (!found(existing)) existing = dirname(existing);
  const real = realOf(existing);
  if (!real || !inside(root, real) || !statSync(real).isDirectory()) {
    throw badRequest(`${relative(root, folder)} in the application is not a folder.`);
  }
  mkdirSync(folder, { recursive: true });
}

/** A file in the place of a folder is reported as ENOTDIR, not as missing. */
function found(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Regular files only: a link in the app may lead out of its folder. */
export async function zipOf(folder: string): Promise<Readable> {
  const zip = new JSZip();
  const contents: Readable[] = [];
  for (const path of await readdir(folder, { recursive: true })) {
    const file = join(folder, path);
    if (!(await lstat(file)).isFile()) continue;
    const content = Readable.from(contentOf(file), { objectMode: false });
    contents.push(content);
    zip.file(path.split(sep).join("/"), content, { createFolders: false });
  }
  // Its stream is of an older kind, which cannot be read like Node's own.
  const stream = new Readable().wrap(zip.generateNodeStream({ streamFiles: true, compression: "DEFLATE" }));
  // Nor does it pass on that the client has gone away, which would leave the file open that is being read.
  return stream.once("close", () => {
    for (const content of contents) content.destroy();
  });
}

// Opens each file only when it is read: an app may have more files than a process may keep open.
async function* contentOf(file: string): AsyncGenerator<Buffer> {
  yield* createReadStream(file);
}

// Node and the DOM declare the same class twice, so the compiler cannot see that it is one.
export function webStream(stream: Readable): ReadableStream {
  return Readable.toWeb(stream) as ReadableStream;
}
