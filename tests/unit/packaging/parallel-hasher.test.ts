/** Hashing with the help of a thread: the same answer, whoever does the work. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { digestFiles, sourceFiles } from "../../../provider/packaging/files/digest";
import { locate } from "../../../provider/packaging/files/locate";
import { Problems } from "../../../provider/packaging/files/source-error";
import { newYielder } from "../../../provider/packaging/files/yield";
import { ParallelHasher } from "../../../provider/packaging/parallel-hasher";
import { readSource } from "../../../provider/packaging/source";
import { refused } from "./support/refusal";
import { removeTempTrees, type Tree, tempTree } from "./support/temp-tree";

const tree: Tree = Object.fromEntries(
  Array.from({ length: 4000 }, (_, i) => [`folder-${i % 90}/${i}.txt`, `${i}`.repeat(i % 900)]),
);

describe("a source of very many files", () => {
  let folder: string;
  before(() => {
    folder = tempTree(tree);
  });
  after(removeTempTrees);

  it("has the digests that one thread alone would find", async () => {
    const yielder = newYielder();
    const located = await locate({ kind: "path", path: folder }, { baseDir: "/" }, { yielder });
    if (located.kind === "zip") throw new Error("not a folder");
    const alone = await digestFiles(located.files, yielder, new Problems());
    const sources = await Promise.all(
      [1, 2].map(() => readSource({ kind: "path", path: folder }, { baseDir: "/" })),
    );
    for (const source of sources) deepStrictEqual(source.files, sourceFiles(alone));
    strictEqual(alone.length, 4000);
  });

  it("names a file that vanished, whichever thread meets it", async () => {
    const yielder = newYielder();
    const located = await locate({ kind: "path", path: folder }, { baseDir: "/" }, { yielder });
    if (located.kind === "zip") throw new Error("not a folder");
    for (const path of ["folder-0/0.txt", "folder-9/999.txt"]) {
      const problems = new Problems();
      const reader = new ParallelHasher(yielder, problems);
      rmSync(join(folder, path));
      const files = located.files.filter(
        (file) => !["folder-0/0.txt", "folder-9/999.txt"].includes(file.path) || file.path === path,
      );
      for (let at = 0; at < files.length; at += 250) reader.offer(files.slice(at, at + 250));
      await reader.finish();
      await refused((async () => problems.throwIfAny())(), { kind: "changed", path });
      reader.close();
    }
  });
});
