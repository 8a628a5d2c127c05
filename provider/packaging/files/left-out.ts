/** What a preview says about the files that ignore files leave out, and about the largest folders of a source. */
import type { LeftOutPath, Listing } from "./file-list";
import { byCodeUnit } from "./file-list";
import { readGitIndex } from "./git-index";
import type { FolderSize, LeftOut, SourceFile } from "./types";

const maxExamples = 5;

/** What ignore files leave out; what is always left out, and the argument `ignore`, do not count. */
export function leftOutBy({ listing, root }: { listing: Listing; root?: string }): LeftOut {
  const paths = listing.leftOut.filter(({ rule }) => rule.origin === "file").map(({ path }) => path);
  const tracked = paths.length === 0 || root === undefined ? [] : trackedBelow(listing.leftOut, root);
  const told = new Set(tracked.flatMap((path) => [path, ...foldersOf(path)]));
  const others = paths.filter((path) => !told.has(path));
  const all = [...tracked.sort(byDepth), ...others.sort(byDepth)];
  const examples = all.slice(0, maxExamples);
  return { count: paths.length, tracked: tracked.length, examples, more: all.length > examples.length };
}

/** With a trailing slash, the outermost first. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1))
    folders.push(path.slice(0, end + 1));
  return folders;
}

/** Files that git tracks although ignore files leave them out. */
function trackedBelow(leftOut: readonly LeftOutPath[], root: string): string[] {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const { path, rule } of leftOut)
    if (rule.origin === "file") (path.endsWith("/") ? folders : files).add(path);
  return [...readGitIndex(root).keys()].filter(
    (path) => files.has(path) || foldersOf(path).some((folder) => folders.has(folder)),
  );
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
