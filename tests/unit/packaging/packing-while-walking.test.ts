/** Packing that begins while the folder is still being walked: the archive and the errors are those of a walk done first. */
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { readdirSync } from "node:fs";
import { packSource, readSource } from "../../../provider/packaging/source";
import { refused } from "./support/refusal";
import { removeTempTrees, type Tree, tempFolder, tempTree } from "./support/temp-tree";
import { bytesOf, facts, unzip } from "./support/unzip";

const manyFiles: Tree = Object.fromEntries(
  Array.from({ length: 1500 }, (_, i) => [`lib/part-${i % 40}/${i}.js`, `// ${i}\n`.repeat(i % 60)]),
);

/** Names whose order is another one with and without the slash of a folder. */
const neighbours: Tree = {
  "x/y": "1",
  "x-y": "2",
  "x.y/z": "3",
  "x y/z": "4",
  x0: "5",
  "W/y": "6",
  "é/x": "7",
  "z/a": "8",
};

describe("packing while the folder is walked", () => {
  afterEach(removeTempTrees);

  it("keeps the entries in the order of their paths", async () => {
    const tree = { ...manyFiles, ...neighbours };
    const archive = await packSource({ kind: "path", path: tempTree(tree) }, { baseDir: "/" });
    const entries = await facts(await bytesOf(archive));
    await archive.dispose();
    deepStrictEqual(
      entries.map(({ path }) => path),
      Object.keys(tree).sort(),
    );
  });

  it("puts extra files in their places, and leaves them out of the hash", async () => {
    const folder = tempTree({
      ...manyFiles,
      "lib/part-7/mark": "from the source",
      run: { executable: "#!/bin/sh" },
    });
    const spec = { kind: "path", path: folder } as const;
    const extraFiles = { "a/first": "1", "lib/part-7/mark": "from us", "zz/last": "2" };
    const source = await readSource(spec, { baseDir: "/" });
    const archive = await packSource(spec, { baseDir: "/", extraFiles });
    const bytes = await bytesOf(archive);
    await archive.dispose();
    strictEqual(archive.hash, source.hash);
    deepStrictEqual(archive.files, source.files);
    const entries = await facts(bytes);
    deepStrictEqual(
      entries.map(({ path }) => path),
      [...source.files.map(({ path }) => path), "a/first", "zz/last"].sort(),
    );
    deepStrictEqual(
      entries.filter(({ mode }) => mode === 0o100755).map(({ path }) => path),
      ["run"],
    );
    const contents = await unzip(bytes);
    for (const [path, text] of Object.entries(extraFiles)) strictEqual(contents[path], text);
  });

  it("is given up when the walk finds a problem later", async () => {
    const tempDir = tempFolder();
    const folder = tempTree({ ...manyFiles, "zz/broken": { link: "nowhere" } });
    const packing = packSource({ kind: "path", path: folder }, { baseDir: "/", tempDir });
    await refused(packing, { kind: "link", path: "zz/broken" });
    deepStrictEqual(readdirSync(tempDir), []);
  });

  it("ends with the signal, whatever is under way", async () => {
    const long = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`long/${i}`, `${i} lines\n`.repeat(40_000)]),
    );
    const controller = new AbortController();
    const packing = packSource(
      { kind: "path", path: tempTree({ ...manyFiles, ...long }) },
      { baseDir: "/", signal: controller.signal, onProgress: () => controller.abort(new Error("enough")) },
    );
    await rejects(packing, /enough/);
  });
});
