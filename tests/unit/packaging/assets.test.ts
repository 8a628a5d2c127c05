/** A map of assets as source. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import type { AssetEntry, SourceSpec } from "../../../provider/packaging/files/types";
import { packSource, readSource } from "../../../provider/packaging/source";
import { refused } from "./support/refusal";
import { removeTempTrees, tempTree } from "./support/temp-tree";
import { bytesOf, unzip } from "./support/unzip";

type Entries = Record<string, AssetEntry>;

const spec = (entries: Entries): SourceSpec => ({ kind: "assets", entries });
const text = (content: string): AssetEntry => ({ kind: "text", text: content });

async function paths(entries: Entries, baseDir: string, ignore?: string[]): Promise<string[]> {
  return (await readSource(spec(entries), { baseDir, ignore })).files.map(({ path }) => path);
}

describe("a map of assets as source", () => {
  let base: string;
  before(() => {
    base = tempTree({
      "files/run.sh": { executable: "#!/bin/sh" },
      "web/index.html": "<p>",
      "web/.gitignore": "*.log",
      "web/a.log": "",
      "web/node_modules/x": "",
    });
  });
  after(removeTempTrees);

  it("holds texts, files and folders under their keys, in order", async () => {
    const entries: Entries = {
      "z.js": text("ünï"),
      "bin/run": { kind: "file", path: "files/run.sh" },
      "a/web": { kind: "folder", path: "web" },
    };
    const source = await readSource(spec(entries), { baseDir: base });
    deepStrictEqual(
      source.files.map(({ path, executable, size }) => [path, executable, size]),
      [
        ["a/web/.gitignore", false, 5],
        ["a/web/index.html", false, 3],
        ["bin/run", true, 9],
        ["z.js", false, 5],
      ],
    );
    const archive = await packSource(spec(entries), { baseDir: base });
    strictEqual(archive.hash, source.hash);
    const unzipped = await unzip(await bytesOf(archive));
    await archive.dispose();
    strictEqual(Buffer.from(unzipped["z.js"] ?? "", "latin1").toString(), "ünï");
    deepStrictEqual(
      Object.keys(unzipped),
      source.files.map(({ path }) => path),
    );
  });

  it("has the same hash and bytes as a folder of the same files", async () => {
    const folder = tempTree({ "a.js": "1", "lib/b.js": "2" });
    const entries = {
      "./lib//b.js": text("2"),
      "a.js": { kind: "file", path: join(folder, "a.js") },
    } as const;
    const asMap = await packSource(spec(entries), { baseDir: base });
    const asFolder = await packSource({ kind: "path", path: folder }, { baseDir: base });
    strictEqual(asMap.hash, asFolder.hash);
    deepStrictEqual(await bytesOf(asMap), await bytesOf(asFolder));
    await asMap.dispose();
    await asFolder.dispose();
  });

  it("takes what it names, and leaves out of its folders what belongs to no app", async () => {
    const entries: Entries = { ".env": text("A=1"), ".": { kind: "folder", path: "web" } };
    deepStrictEqual(await paths(entries, base), [".env", ".gitignore", "index.html"]);
    deepStrictEqual(await paths(entries, base, ["*.html", "!a.log"]), [".env", ".gitignore", "a.log"]);
  });

  it("matches the argument ignore against paths in the zip", async () => {
    const entries: Entries = { "x/a.md": text(""), "x/y/b.md": text(""), w: { kind: "folder", path: "web" } };
    deepStrictEqual(await paths(entries, base, ["x/*.md", "/w/*.html"]), ["w/.gitignore", "x/y/b.md"]);
    deepStrictEqual(await paths(entries, base, ["w/", "y"]), ["x/a.md"]);
  });

  it("hands over the text of camposcloud.config", async () => {
    strictEqual(
      (await readSource(spec({ "camposcloud.config": text("MAIN=a") }), { baseDir: base })).config,
      "MAIN=a",
    );
  });

  it("takes a long text", async () => {
    const long = "0123456789".repeat(300_000);
    const archive = await packSource(spec({ "long.txt": text(long) }), { baseDir: base });
    strictEqual((await unzip(await bytesOf(archive)))["long.txt"], long);
    await archive.dispose();
  });

  const refusals: [title: string, entries: Entries, refusal: Parameters<typeof refused>[1]][] = [
    ["an absolute key", { "/etc/passwd": text("") }, { kind: "unsafe-name", message: /is absolute/ }],
    ["a key with a drive", { "C:/x": text("") }, { kind: "unsafe-name", message: /is absolute/ }],
    ["a key that leads out", { "a/../../b": text("") }, { kind: "unsafe-name", path: "a/../../b" }],
    ["a key with a backslash", { "a\\b": text("") }, { kind: "unsafe-name" }],
    [
      "a key without a name",
      { "./": text("") },
      { kind: "unsafe-name", message: /is not the path of a file/ },
    ],
    ["half a character", { "a\ud83d": text("") }, { kind: "unsafe-name", message: /not valid Unicode/ }],
    ["one path twice", { "a.js": text(""), "./a.js": text("") }, { kind: "clash", message: /occurs twice/ }],
    ["a file where a folder is", { a: text(""), "a/b": text("") }, { kind: "clash" }],
    ["names that differ in case", { "a/b": text(""), "A/c": text("") }, { kind: "clash" }],
    ["a missing file", { a: { kind: "file", path: "nowhere" } }, { kind: "missing", path: "nowhere" }],
    ["a folder given as a file", { a: { kind: "file", path: "web" } }, { kind: "unsupported", path: "web" }],
    ["a file given as a folder", { a: { kind: "folder", path: "files/run.sh" } }, { kind: "unsupported" }],
    ["nothing at all", {}, { kind: "empty" }],
  ];
  for (const [title, entries, refusal] of refusals) {
    it(`is refused with ${title}`, async () => {
      await refused(readSource(spec(entries), { baseDir: base }), refusal);
    });
  }
});
