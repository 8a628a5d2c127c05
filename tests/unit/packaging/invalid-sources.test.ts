/** Sources that are refused or warned of: encodings of ignore files, ignore files that are links, several problems at once. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { SourceError } from "../../../provider/packaging/files/source-error";
import { packSource, readSource } from "../../../provider/packaging/source";
import { refused } from "./support/refusal";
import { removeTempTrees, type Tree, tempTree } from "./support/temp-tree";

function read(folder: string, ignore?: string[]) {
  return readSource({ kind: "path", path: folder }, { baseDir: "/", ignore });
}

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
const utf16be = (text: string) => utf16(text).swap16();

describe("the encoding of ignore files and camposcloud.config", () => {
  afterEach(removeTempTrees);

  const patterns = "sécret.txt\r\n*.log\r\n";
  const encodings: [title: string, encode: (text: string) => Uint8Array][] = [
    ["UTF-8", (text) => Buffer.from(text)],
    ["UTF-8 with a mark", (text) => Buffer.from(`\ufeff${text}`)],
    ["UTF-16, little-endian, with a mark", utf16],
    ["UTF-16, big-endian, with a mark", utf16be],
  ];
  for (const [title, encode] of encodings) {
    it(`may be ${title}`, async () => {
      for (const name of [".camposignore", ".gitignore", "lib/.gitignore"]) {
        const folder = name.replace(/[^/]*$/, "");
        const tree = {
          [name]: encode(patterns),
          "a.js": "",
          [`${folder}sécret.txt`]: "",
          [`${folder}a.log`]: "",
        };
        const source = await read(tempTree(tree));
        deepStrictEqual(
          source.files.map(({ path }) => path),
          [name, "a.js"].sort(),
        );
        const rule = source.ignoredBy(`${folder}a.log`)?.rule;
        deepStrictEqual(rule, { origin: "file", file: name, line: 2, pattern: "*.log" });
      }
      const source = await read(tempTree({ "camposcloud.config": encode("MAIN=á.js\n") }));
      strictEqual(source.config?.replace("\ufeff", ""), "MAIN=á.js\n");
    });
  }

  const broken: [title: string, bytes: Uint8Array][] = [
    ["Latin-1", Buffer.from("sécret.txt", "latin1")],
    ["UTF-16 without a mark", utf16("secret.txt").subarray(2)],
    ["UTF-16 that is cut off", utf16("secret.txt").subarray(0, 7)],
    ["bytes of no encoding", Buffer.from([0xff, 0x00, 0xc0])],
  ];
  for (const [title, bytes] of broken) {
    it(`is refused when it is ${title}`, async () => {
      for (const path of [".camposignore", "lib/.gitignore", "camposcloud.config"])
        await refused(read(tempTree({ [path]: bytes, "a.js": "" })), {
          kind: "encoding",
          path,
          message: /UTF-8/,
        });
    });
  }

  it("does not matter in ignore files that do not serve", async () => {
    const tree = {
      ".camposignore": "",
      ".gitignore": utf16("x").subarray(2),
      "out/.camposignore": Buffer.from([0xff]),
    };
    strictEqual((await read(tempTree(tree), ["out"])).files.length, 2);
  });

  it("may differ from that of the files in the composition of accents", async () => {
    const source = await read(tempTree({ ".gitignore": "caf\u00e9.txt\n", "cafe\u0301.txt": "", a: "" }));
    deepStrictEqual(
      source.files.map(({ path }) => path),
      [".gitignore", "a"],
    );
  });
});

describe("an ignore file that is a link", () => {
  afterEach(removeTempTrees);

  it("is not followed, as in git, and a warning says so", async () => {
    const source = await read(
      tempTree({
        ".gitignore": { link: "shared/ignore" },
        "shared/ignore": "*.log",
        "a.log": "",
        "index.js": "",
      }),
    );
    deepStrictEqual(
      source.files.map(({ path }) => path),
      [".gitignore", "a.log", "index.js", "shared/ignore"],
    );
    strictEqual(source.warnings.length, 1);
    match(source.warnings[0] ?? "", /"\.gitignore" is a link/);
  });

  it("does not take the place of .gitignore files", async () => {
    const source = await read(
      tempTree({ ".camposignore": { link: "x" }, x: "*.js", ".gitignore": "*.log", "a.log": "", "a.js": "" }),
    );
    ok(
      source.files.some(({ path }) => path === "a.js") && !source.files.some(({ path }) => path === "a.log"),
    );
    match(source.warnings.join(), /"\.camposignore" is a link/);
  });

  it("can be ignored when it is broken", async () => {
    for (const name of [".gitignore", ".camposignore"]) {
      const folder = tempTree({ [name]: { link: "nowhere" }, a: "" });
      await refused(read(folder), { kind: "link", path: name, message: /does not exist/ });
      strictEqual((await read(folder, [name])).files.length, 1);
    }
  });
});

describe("all problems of a source", () => {
  afterEach(removeTempTrees);

  async function problemsOf(reading: Promise<unknown>): Promise<readonly string[]> {
    const error = await reading.catch((reason: unknown) => reason);
    ok(error instanceof SourceError, String(error));
    return error.problems;
  }

  it("are listed together", async () => {
    const tree: Tree = {
      a: { link: "gone" },
      b: { link: "gone" },
      "lib/c": { link: "/etc" },
      "x.txt": "",
      "X.txt": "",
      "back\\slash": "",
      "lib/.gitignore": utf16("x").subarray(2),
      "camposcloud.config": Buffer.from([0xff]),
      "index.js": "1",
    };
    const spec = { kind: "path", path: tempTree(tree) } as const;
    const problems = await problemsOf(readSource(spec, { baseDir: "/" }));
    deepStrictEqual(
      problems.map((line) => /"([^"]*)"/.exec(line)?.[1]),
      ["a", "b", "back\\\\slash", "camposcloud.config", "lib/.gitignore", "lib/c", "x.txt"],
    );
    strictEqual((await problemsOf(packSource(spec, { baseDir: "/" }))).length, 6);
  });

  it("include files that cannot be read", async function () {
    if (process.geteuid?.() === 0) this.skip();
    const folder = tempTree({ "shut.txt": "", "shut-too.txt": "", gone: { link: "nowhere" }, a: "" });
    for (const name of ["shut.txt", "shut-too.txt"]) chmodSync(join(folder, name), 0);
    strictEqual((await problemsOf(read(folder))).length, 3);
  });

  it("are listed up to twenty, with the number of the others", async () => {
    const tree: Tree = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`l${i + 10}`, { link: "gone" }]),
    );
    const problems = await problemsOf(read(tempTree(tree)));
    strictEqual(problems.length, 21);
    strictEqual(problems.at(-1), "30 more problems are not listed.");
  });

  it("of a map of assets too", async () => {
    const entries = {
      "/etc/x": { kind: "text", text: "" },
      "../y": { kind: "text", text: "" },
      gone: { kind: "file", path: "nowhere" },
    } as const;
    strictEqual((await problemsOf(readSource({ kind: "assets", entries }, { baseDir: "/" }))).length, 3);
  });
});
