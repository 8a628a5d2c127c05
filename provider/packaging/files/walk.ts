/** Lists a folder's files in the order of their paths, without entering what is ignored. */
import { type Dirent, opendirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { byCodeUnit } from "./by-code-unit";
import { parseIgnoreText } from "./ignore";
import { type Folder, judge, type Kept, type Walk } from "./judge";
import { refuseSameNames } from "./names";
import { fileError } from "./source-error";
import type { Pace } from "./yield";

export async function walkFolder(walk: Walk, folder: Folder): Promise<void> {
  const names = await readNames(folder, walk.pace);
  const inner = withIgnoreFile(walk, folder, names);
  const kept: Kept[] = [];
  for (const entry of names) {
    if (walk.pace.spent) await walk.pace.turn();
    const found = judge(entry, walk, inner);
    if (found) kept.push(found);
  }
  refuseSameNames(kept);
  for (const { path, absolute, real } of kept.sort(byFullPath)) {
    if (real) await walkFolder(walk, { absolute, path: `${path}/`, real, rules: inner.rules });
    else walk.listing.add({ path, from: absolute });
  }
}

/** Bytes that file systems take for a folder of some thousands of names, which take too long to read in one step. */
const largeFolder = 200_000;
/** Names that one call of the system brings then. */
const readAhead = 512;

async function readNames({ absolute, path }: Folder, pace: Pace): Promise<Dirent[]> {
  try {
    if (statSync(absolute).size < largeFolder) return readdirSync(absolute, { withFileTypes: true });
    return await readNamesInSteps(absolute, pace);
  } catch (error) {
    throw fileError(error, path || absolute);
  }
}

async function readNamesInSteps(absolute: string, pace: Pace): Promise<Dirent[]> {
  const names: Dirent[] = [];
  const handle = opendirSync(absolute, { bufferSize: readAhead });
  try {
    for (let entry = handle.readSync(); entry; entry = handle.readSync()) {
      names.push(entry);
      if (pace.spent) await pace.turn();
    }
  } finally {
    handle.closeSync();
  }
  return names;
}

function withIgnoreFile(walk: Walk, folder: Folder, names: readonly Dirent[]): Folder {
  if (!names.some((entry) => entry.name === walk.ignoreFile)) return folder;
  const text = readIgnoreFile(join(folder.absolute, walk.ignoreFile), folder.path + walk.ignoreFile);
  if (text === undefined) return folder;
  return { ...folder, rules: { base: folder.path, rules: parseIgnoreText(text), outer: folder.rules } };
}

function readIgnoreFile(absolute: string, path: string): string | undefined {
  try {
    return statSync(absolute).isFile() ? readFileSync(absolute, "utf8") : undefined;
  } catch (error) {
    throw fileError(error, path);
  }
}

// A folder's files come where its name with a slash stands among its neighbours.
function byFullPath(a: Kept, b: Kept): number {
  return byCodeUnit(a.real ? `${a.name}/` : a.name, b.real ? `${b.name}/` : b.name);
}
