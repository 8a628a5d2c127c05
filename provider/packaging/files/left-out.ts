/** What a preview says about the files that ignore files leave out, and about the largest folders of a source. */
import type { LeftOutPath, Listing } from "./file-list";
import { byCodeUnit } from "./file-list";
import { readGitIndex, type TrackedFiles } from "./git-index";
import type { FolderSize, LeftOut, SourceFile } from "./types";

const maxExamples = 5;

/**
 * What ignore files leave out, and `.env` files that git tracks. What else is always left out does not count, nor does what the
 * argument `ignore` leaves out.
 */
export function leftOutBy({ listing, root }: { listing: Listing; root?: string }): LeftOut {
  const byFiles = listing.leftOut.filter(({ rule }) => rule.origin === "file");
  const environments = listing.leftOut.filter(
    ({ path, rule }) => rule.origin === "always" && isEnvFile(path),
  );
  const found = byFiles.length + environments.length;
  const index: TrackedFiles = found === 0 || root === undefined ? new Map() : readGitIndex(root);
  const tracked = trackedBelow(byFiles, index);
  const told = new Set(tracked.flatMap((path) => [path, ...foldersOf(path)]));
  const others = byFiles.flatMap(({ path }) => (told.has(path) ? [] : path));
  const all = [...tracked.sort(byDepth), ...others.sort(byDepth)];
  const examples = all.slice(0, maxExamples);
  return {
    count: byFiles.length,
    tracked: tracked.length,
    examples,
    more: all.length > examples.length,
    envFiles: environments.flatMap(({ path }) => (index.has(path) ? path : [])).sort(byDepth),
  };
}

/** `.env` and `.env.production`, but not templates such as `.env.example`. */
function isEnvFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /^\.env(\.|$)/.test(name) && !/example|sample|template|dist/i.test(name);
}

/** With a trailing slash, the outermost first. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1))
    folders.push(path.slice(0, end + 1));
  return folders;
}

/** Files that git tracks although they are left out. */
function trackedBelow(leftOut: readonly LeftOutPath[], index: TrackedFiles): string[] {
  const paths = new Set(leftOut.map(({ path }) => path));
  return [...index.keys()].filter((path) => [path, ...foldersOf(path)].some((each) => paths.has(each)));
}

/** Near the root first. At the same depth, what an app is likely to need is before hidden files and folders of tools. */
function byDepth(a: string, b: string): number {
  const depth = (path: string) => path.split("/").length - (path.endsWith("/") ? 1 : 0);
  const hidden = (path: string) => (/(^|\/)\./.test(path) ? 1 : 0);
  const folder = (path: string) => (path.endsWith("/") ? 1 : 0);
  return depth(a) - depth(b) || hidden(a) - hidden(b) || folder(a) - folder(b) || byCodeUnit(a, b);
}

const maxFolders = 3;
/** A folder with more than this share of its parent is listed instead of the parent. */
const almostAll = 0.8;

/** The three folders with the most bytes; paths have a trailing slash. */
export function largestFolders(files: readonly SourceFile[]): FolderSize[] {
  const folders = new Map<string, FolderSize>();
  for (const { path, size } of files) {
    for (const folder of foldersOf(path)) {
      const sum = folders.get(folder) ?? { path: folder, files: 0, bytes: 0 };
      sum.files++;
      sum.bytes += size;
      folders.set(folder, sum);
    }
  }
  const chosen: FolderSize[] = [];
  const replaced: string[] = [];
  for (const folder of [...folders.values()].sort(bySize)) {
    if (chosen.length === maxFolders) break;
    const outer = chosen.findIndex(({ path }) => folder.path.startsWith(path));
    const parent = chosen[outer];
    if (parent && folder.bytes > parent.bytes * almostAll) {
      replaced.push(parent.path);
      chosen[outer] = folder;
    } else if (!parent && !replaced.some((path) => folder.path.startsWith(path))) chosen.push(folder);
  }
  return chosen;
}

function bySize(a: FolderSize, b: FolderSize): number {
  return b.bytes - a.bytes || b.files - a.files || byCodeUnit(a.path, b.path);
}
