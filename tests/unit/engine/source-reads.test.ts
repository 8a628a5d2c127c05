/** Sources that several apps share are read again only after a change. */
import { deepStrictEqual, notStrictEqual, rejects, strictEqual } from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SourceReads } from "../../../provider/engine/source-reads";
import type { SourceSpec } from "../../../provider/packaging/files/types";
import { readSource } from "../../../provider/packaging/source";
import { removeTempTrees, tempTree } from "../packaging/support/temp-tree";

const windows = process.platform === "win32";
/** Long enough after the files were written. */
const later = () => Date.now() + 10_000;

function folder(path: string): SourceSpec {
  return { kind: "path", path };
}

/** Content of the same length, and the times of before, as far as they can be set. */
function rewriteUnseen(path: string, text: string): void {
  const { atime, mtime } = statSync(path);
  writeFileSync(path, text);
  utimesSync(path, atime, mtime);
}

const tree = {
  "main.js": "1234",
  "lib/a.js": "aaaa",
  "lib/b.js": "bbbb",
  "left/out.log": "no",
  ".gitignore": "*.log\n",
};

const changes: [string, (root: string) => void][] = [
  ["another content of the same length", (root) => rewriteUnseen(join(root, "lib/a.js"), "AAAA")],
  ["a longer content", (root) => appendFileSync(join(root, "main.js"), "5")],
  ["a new file", (root) => writeFileSync(join(root, "lib/c.js"), "")],
  ["a file in a folder that had none", (root) => writeFileSync(join(root, "left/in.js"), "")],
  ["a file in an empty folder", (root) => writeFileSync(join(root, "empty/in.js"), "")],
  ["a deleted file", (root) => rmSync(join(root, "lib/a.js"))],
  ["a new folder", (root) => mkdirSync(join(root, "new"))],
  ["an ignore file that is rewritten", (root) => rewriteUnseen(join(root, ".gitignore"), "b.js\n")],
  ["an ignore file further down", (root) => writeFileSync(join(root, "lib/.gitignore"), "a.js\n")],
  [
    "two files that change places",
    (root) => {
      renameSync(join(root, "lib/a.js"), join(root, "lib/x"));
      renameSync(join(root, "lib/b.js"), join(root, "lib/a.js"));
      renameSync(join(root, "lib/x"), join(root, "lib/b.js"));
    },
  ],
];
const changesOfModes: typeof changes = [
  ["an executable bit", (root) => chmodSync(join(root, "lib/a.js"), 0o755)],
  ["the content behind a link", (root) => rewriteUnseen(join(root, "lib/b.js"), "BBBB")],
  [
    "a link that leads elsewhere",
    (root) => {
      rmSync(join(root, "link.js"));
      symlinkSync("lib/a.js", join(root, "link.js"));
    },
  ],
];

describe("a source that several checks read", () => {
  after(removeTempTrees);

  function makeTree(): string {
    const root = tempTree({ ...tree, ...(windows ? {} : { "link.js": { link: "lib/b.js" } }) });
    mkdirSync(join(root, "empty"));
    return root;
  }

  async function readTwice(spec: SourceSpec, now = later) {
    // So that no change shows the very time at which the files were made.
    await setTimeout(50);
    const reads = new SourceReads(now);
    await reads.read(spec, { baseDir: "/" });
    return { reads, second: await reads.read(spec, { baseDir: "/" }) };
  }

  it("is read twice at most while nothing changes", async () => {
    const spec = folder(makeTree());
    const { reads, second } = await readTwice(spec);
    for (let i = 0; i < 3; i++) strictEqual(await reads.read(spec, { baseDir: "/" }), second);
    strictEqual(second.hash, (await readSource(spec, { baseDir: "/" })).hash);
    strictEqual(reads.fold(second.files), reads.fold(second.files));
  });

  for (const [what, change] of windows ? changes : [...changes, ...changesOfModes]) {
    it(`is read again after a change: ${what}`, async () => {
      const root = makeTree();
      const { reads, second } = await readTwice(folder(root));
      change(root);
      const third = await reads.read(folder(root), { baseDir: "/" });
      notStrictEqual(third, second);
      deepStrictEqual(third.files, (await readSource(folder(root), { baseDir: "/" })).files);
    });
  }

  it("is read again while its files are young: two writes may show the same time", async () => {
    const spec = folder(makeTree());
    const { reads, second } = await readTwice(spec, () => 0);
    notStrictEqual(await reads.read(spec, { baseDir: "/" }), second);
  });

  it("is another one with other patterns, another base, and as a map", async () => {
    const root = makeTree();
    const { reads, second } = await readTwice(folder(root));
    notStrictEqual((await reads.read(folder(root), { baseDir: "/", ignore: ["lib"] })).hash, second.hash);
    const map: SourceSpec = { kind: "assets", entries: { app: { kind: "folder", path: root } } };
    notStrictEqual((await reads.read(map, { baseDir: "/" })).hash, second.hash);
    strictEqual((await reads.read(folder("."), { baseDir: root })).hash, second.hash);
  });

  it("is read again as a map of files when one of them changes", async () => {
    const root = makeTree();
    const map: SourceSpec = {
      kind: "assets",
      entries: { "a.js": { kind: "file", path: "lib/a.js" }, "t.js": { kind: "text", text: "1" } },
    };
    await setTimeout(50);
    const reads = new SourceReads(later);
    for (let i = 0; i < 2; i++) await reads.read(map, { baseDir: root });
    rewriteUnseen(join(root, "lib/a.js"), "AAAA");
    const { hash } = await reads.read(map, { baseDir: root });
    strictEqual(hash, (await readSource(map, { baseDir: root })).hash);
  });

  it("that fails is told each time, and read again once it is mended", async () => {
    const root = tempTree({ "a.js": "" });
    const reads = new SourceReads(later);
    const read = () => reads.read(folder(join(root, "missing")), { baseDir: "/" });
    await rejects(read, /does not exist/);
    await rejects(read, /does not exist/);
    tempTree({ "missing/a.js": "" }, root);
    strictEqual((await read()).files.length, 1);
  });

  it("is given up by one check without harm to another", async () => {
    const spec = folder(makeTree());
    const { reads, second } = await readTwice(spec);
    const gone = reads.read(spec, { baseDir: "/", signal: AbortSignal.abort(new Error("gone")) });
    await rejects(gone, /gone/);
    strictEqual((await reads.read(spec, { baseDir: "/" })).hash, second.hash);
  });
});
