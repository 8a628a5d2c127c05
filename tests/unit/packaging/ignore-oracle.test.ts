/** The ignore rules against git's own answers, over generated trees and thousands of random patterns. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { SourceError } from "../../../provider/packaging/files/source-error";
import { readSource } from "../../../provider/packaging/source";
import { GitOracle } from "./support/git-oracle";
import { Random } from "./support/random";
import { foldersOf, randomPaths, randomPattern } from "./support/random-ignores";
import { removeTempTrees, type Tree, tempTree } from "./support/temp-tree";

async function included(folder: string, ignore: string[] = []): Promise<string[]> {
  try {
    const { files } = await readSource({ kind: "path", path: folder }, { baseDir: folder, ignore });
    return files.map(({ path }) => path);
  } catch (error) {
    if (error instanceof SourceError && error.kind === "empty") return [];
    throw error;
  }
}

/** What we always leave out, git brings back by any pattern; there we may be stricter, and never less strict. */
function sameAsGit(ours: string[], theirs: string[], message: string): void {
  const isListed = (path: string) => path.split("/").some((part) => listed.test(part));
  const plain = (paths: string[]) => paths.filter((path) => !isListed(path));
  deepStrictEqual(plain(ours), plain(theirs), message);
  const extra = ours.filter((path) => !theirs.includes(path));
  deepStrictEqual(extra, [], message);
}

const listed = /^(\.git|node_modules|__pycache__|\.?venv|\.pulumi|\.env.*|Pulumi.*\.yaml)$/;

interface Case {
  tree: Tree;
  patterns: number;
}

/** A tree with ignore files of `name` at its root and in some folders. */
function randomCase(random: Random, name: string): Case {
  const paths = randomPaths(random, 40);
  const tree: Tree = Object.fromEntries(paths.map((path) => [path, ""]));
  let patterns = 0;
  for (const folder of foldersOf(paths)) {
    if (folder !== "" && random.whole(4) > 0) continue;
    const lines = Array.from({ length: 1 + random.whole(8) }, () => randomPattern(random, paths));
    patterns += lines.length;
    tree[folder + name] =
      (random.whole(5) === 0 ? "\uFEFF" : "") + lines.join(random.pick(["\n", "\n", "\r\n"]));
  }
  return { tree, patterns };
}

describe("ignore rules, compared with git", () => {
  let git: GitOracle;
  before(() => {
    git = new GitOracle();
  });
  after(removeTempTrees);

  it("leave out exactly what git check-ignore names", async () => {
    const random = new Random(20);
    let patterns = 0;
    let leftOut = 0;
    for (let round = 0; round < 300; round++) {
      const made = randomCase(random, ".gitignore");
      const folder = tempTree(made.tree);
      const paths = Object.keys(made.tree);
      const ignored = git.ignored(folder, paths);
      const expected = paths.filter((path) => !ignored.has(path)).sort();
      sameAsGit(await included(folder), expected, JSON.stringify({ round, tree: made.tree }));
      patterns += made.patterns;
      leftOut += ignored.size;
    }
    ok(patterns > 3000, `only ${patterns} patterns were tried`);
    ok(leftOut > 2000, `only ${leftOut} files were ignored`);
  });

  it("serve from .camposignore, with the argument ignore as the strongest", async () => {
    const random = new Random(21);
    for (let round = 0; round < 100; round++) {
      const { tree } = randomCase(random, ".camposignore");
      const folder = tempTree(tree);
      const paths = Object.keys(tree);
      // git takes an argument as it is; comments and spaces at the end are matters of files to it.
      const patterns = Array.from({ length: random.whole(6) }, () => randomPattern(random, paths)).filter(
        (pattern) => !/^#|[ \r]$/.test(pattern),
      );
      const expected = git.untracked(folder, { ignoreFile: ".camposignore", patterns });
      const message = JSON.stringify({ round, tree, patterns });
      sameAsGit(await included(folder, patterns), [...expected].sort(), message);
    }
  });
});
