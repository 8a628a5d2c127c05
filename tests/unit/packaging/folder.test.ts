/** Which files of a folder go in, and what is refused. */
import { deepStrictEqual, notStrictEqual, strictEqual } from "node:assert/strict";
import { chmodSync, lutimesSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { readSource } from "../../../provider/packaging/source";
import { refused } from "./support/refusal";
import { removeTempTrees, type Tree, tempFolder, tempTree } from "./support/temp-tree";

function read(folder: string, ignore?: string[]) {
  return readSource({ kind: "path", path: folder }, { baseDir: "/", ignore });
}

async function paths(tree: Tree, ignore?: string[]): Promise<string[]> {
  return (await read(tempTree(tree), ignore)).files.map(({ path }) => path);
}

describe("a folder as source", () => {
  afterEach(removeTempTrees);

  it("is listed in the order of code units, with sizes, digests and executable bits", async () => {
    const tree = { "b.txt": "bb", "a/z": "", "a.txt": { executable: "#!" }, "a-b/c": "", B: "", é: "" };
    const { files, bytes } = await read(tempTree(tree));
    deepStrictEqual(
      files.map(({ path }) => path),
      ["B", "a-b/c", "a.txt", "a/z", "b.txt", "é"],
    );
    strictEqual(bytes, 4);
    const [, , script, , text] = files;
    deepStrictEqual([script?.executable, text?.executable, text?.size], [true, false, 2]);
    strictEqual(text?.digest, "3b64db95cb55c763391c707108489ae18b4112d783300de38e033b4c98c3deaf");
  });

  it("leaves out what never belongs to an app", async () => {
    const tree = {
      "app.js": "",
      ".git/HEAD": "",
      "node_modules/x/y.js": "",
      "lib/node_modules/z": "",
      "__pycache__/a.pyc": "",
      ".venv/x": "",
      "venv/x": "",
      ".pulumi/x": "",
      ".env": "",
      ".env.local": "",
      "Pulumi.yaml": "",
      "Pulumi.dev.yaml": "",
      environment: "",
    };
    deepStrictEqual(await paths(tree), ["app.js", "environment"]);
  });

  it("never takes a creation's marker, which a download of an app may have brought", async () => {
    const tree = { "app.js": "", ".pulumi-camposcloud": "{}", "lib/.pulumi-camposcloud": "" };
    deepStrictEqual(await paths(tree, ["!.pulumi-camposcloud"]), ["app.js", "lib/.pulumi-camposcloud"]);
  });

  it("takes back each of these by a !pattern, of the argument or of an ignore file", async () => {
    const tree = {
      "app.js": "",
      "node_modules/x.js": "",
      ".env": "",
      ".env.example": "",
      "Pulumi.yaml": "",
      ".git/HEAD": "",
    };
    const back = ["!node_modules", "!.env.example", "!Pulumi.yaml", "!.git"];
    const all = [".env.example", "Pulumi.yaml", "app.js", "node_modules/x.js"];
    deepStrictEqual(await paths(tree, back), all);
    deepStrictEqual(await paths({ ...tree, ".gitignore": back.join("\n") }), [
      ".env.example",
      ".gitignore",
      ...all.slice(1),
    ]);
  });

  const allowLists: [title: string, patterns: string[], back: string[]][] = [
    ["a wildcard", ["*", "!*.*", "!*/"], []],
    ["two stars", ["!**", "!/**/*"], []],
    ["a wildcard in the name", ["!.env*", "!.e?v", "!Pulumi*.yaml", "!.[g]it", "!node_module?"], []],
    ["its name, whatever wildcards follow", ["!.env", "*", "!*.*", "!*/"], []],
    [
      "its name after wildcards",
      ["*", "!*.*", "!*/", "!.env", "!/node_modules/"],
      [".env", "node_modules/x.js"],
    ],
    ["its name before wildcards that bring back", ["!.env", "!*.*"], [".env"]],
    ["a path that ends with its name", ["!**/node_modules", "!/.env"], [".env", "node_modules/x.js"]],
    [".git by name", ["!.git", "!/.git/", "!.git/**", "!.git/HEAD"], []],
  ];
  for (const [title, patterns, back] of allowLists) {
    it(`brings back only what a pattern names: ${title}`, async () => {
      const tree = {
        ".git/HEAD": "",
        ".env": "",
        ".pulumi/x.json": "",
        "Pulumi.yaml": "",
        "app.js": "",
        "lib/.git": "gitdir: elsewhere",
        "node_modules/x.js": "",
      };
      deepStrictEqual(await paths(tree, patterns), [...back, "app.js"].sort());
      const inFile = await paths({ ...tree, ".camposignore": patterns.join("\n"), "lib/x.js": "" });
      deepStrictEqual(
        inFile.filter((path) => path !== ".camposignore" && path !== "lib/x.js"),
        [...back, "app.js"].sort(),
      );
    });
  }

  it("never sends .git from a map of assets either", async () => {
    const entries = {
      ".git/HEAD": { kind: "text", text: "" },
      "a/.git": { kind: "folder", path: "." },
      "a.js": { kind: "text", text: "" },
    } as const;
    const source = await readSource(
      { kind: "assets", entries },
      { baseDir: tempTree({ x: "" }), ignore: ["!.git"] },
    );
    deepStrictEqual(
      source.files.map(({ path }) => path),
      ["a.js"],
    );
  });

  it("takes .camposignore files where there is one at the root, else .gitignore files", async () => {
    const tree = {
      ".gitignore": "a",
      "lib/.camposignore": "b",
      "lib/.gitignore": "c",
      a: "",
      b: "",
      "lib/b": "",
      "lib/c": "",
    };
    deepStrictEqual(await paths(tree), [".gitignore", "b", "lib/.camposignore", "lib/.gitignore", "lib/b"]);
    deepStrictEqual(await paths({ ...tree, ".camposignore": "" }), [
      ".camposignore",
      ".gitignore",
      "a",
      "b",
      "lib/.camposignore",
      "lib/.gitignore",
      "lib/c",
    ]);
  });

  it("never enters what is ignored, however odd it is inside", async () => {
    const tree = { keep: "", "out/loop": { link: "." }, "out/gone": { link: "nowhere" }, "out/a\\b": "" };
    deepStrictEqual(await paths(tree, ["out"]), ["keep"]);
    deepStrictEqual(
      await paths({ keep: "", gone: { link: "nowhere" }, up: { link: ".." } }, ["gone", "up/"]),
      ["keep"],
    );
  });

  it("follows links that stay inside", async () => {
    const tree = {
      "lib/a.js": "1",
      "main.js": { link: "lib/a.js" },
      shared: { link: "lib" },
      "deep/er": { link: "../lib" },
    };
    deepStrictEqual(await paths(tree), ["deep/er/a.js", "lib/a.js", "main.js", "shared/a.js"]);
  });

  it("may itself be reached through a link", async () => {
    const folder = tempTree({ "a.js": "" });
    const link = join(tempFolder(), "link");
    symlinkSync(folder, link);
    strictEqual((await read(link)).hash, (await read(folder)).hash);
  });

  const links: [title: string, tree: Tree, path: string, message: RegExp][] = [
    ["that leads out", { a: "", "x/out": { link: "/etc" } }, "x/out", /leads out of the source, to "\/etc"/],
    ["to a file outside", { a: "", out: { link: "/etc/passwd" } }, "out", /leads out/],
    ["to nothing", { a: "", gone: { link: "nowhere" } }, "gone", /does not exist/],
    ["to itself", { a: "", self: { link: "self" } }, "self", /leads back to itself/],
    ["to a folder above it", { "x/y/up": { link: "../.." } }, "x/y/up", /leads back to a folder/],
    [
      "to a link back",
      { "x/b": { link: "../y" }, "y/a": { link: "../x" } },
      "x/b/a",
      /leads back to a folder/,
    ],
  ];
  for (const [title, tree, path, message] of links) {
    it(`refuses a link ${title}`, async () => {
      await refused(read(tempTree(tree)), { kind: "link", path, message });
    });
  }

  it("refuses a link to a neighbour of the source whose name begins alike", async () => {
    const parent = tempTree({ "app/a": "", "app-2/b": "", "app/out": { link: "../app-2" } });
    await refused(read(join(parent, "app")), { kind: "link", path: "out", message: /leads out/ });
  });

  it("refuses links that unfold without end, although there is no cycle", async function () {
    // Up to 65,534 links are followed before.
    this.timeout(600_000);
    const tree: Tree = { "level-20/file": "" };
    for (let level = 0; level < 20; level++) {
      for (let i = 0; i < 4; i++) tree[`level-${level}/${i}`] = { link: `../level-${level + 1}` };
    }
    await refused(read(tempTree(tree)), { kind: "too-big", message: /lead to too many files|65,534/ });
  });

  it("refuses sockets and pipes by name", async () => {
    const folder = tempTree({ a: "" });
    const server = createServer().listen(join(folder, "app.sock"));
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      await refused(read(folder), { kind: "unsupported", path: "app.sock", message: /is a socket/ });
    } finally {
      server.close();
    }
  });

  const names: [title: string, name: string][] = [
    ["a backslash", "a\\b"],
    ["a line break", "a\nb"],
    ["another control character", "a\u0007b"],
  ];
  for (const [title, name] of names) {
    it(`refuses a name with ${title}`, async () => {
      await refused(read(tempTree({ [`x/${name}`]: "" })), { kind: "unsafe-name", path: `x/${name}` });
    });
  }

  it("refuses a name that is not UTF-8", async () => {
    const folder = tempTree({ a: "" });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), "");
    await refused(read(folder), { kind: "unsafe-name", message: /not valid UTF-8/ });
  });

  it("refuses names that differ in case or composition only", async () => {
    const clash = { kind: "clash", message: /differ only in case/ } as const;
    await refused(read(tempTree({ "x/Read.me": "", "x/read.ME": "" })), clash);
    await refused(read(tempTree({ "\u00e9": "", "e\u0301": "" })), {
      kind: "clash",
      message: /two Unicode forms that look the same \("\\u00e9" and "e\\u0301"\)/,
    });
    strictEqual((await paths({ "x/a": "", "y/A": "" })).length, 2);
  });

  it("takes names in every script", async () => {
    const names = ["日本語.py", "Ωmega", "имя", "שלום", "🚀.js", "a b", "ça va", "%41", "a:b"];
    deepStrictEqual(await paths(Object.fromEntries(names.map((name) => [name, name]))), [...names].sort());
  });

  it("refuses an empty source, a missing one, and a file that is no zip", async () => {
    await refused(read(tempFolder()), { kind: "empty", message: /no file to send/ });
    await refused(read(tempTree({ ".env": "" })), { kind: "empty" });
    await refused(read("/nowhere/at/all"), {
      kind: "missing",
      path: "/nowhere/at/all",
      message: /does not exist/,
    });
    await refused(read(join(tempTree({ "a.txt": "" }), "a.txt")), { kind: "not-a-zip" });
    await refused(read("/dev/null"), { kind: "not-a-zip" });
  });

  it("refuses what it may not read", async () => {
    const folder = tempTree({ "open.txt": "", "shut.txt": "", "closed/x": "" });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "shut.txt"), 0);
    chmodSync(join(folder, "closed"), 0);
    const root = process.geteuid?.() === 0;
    // The root user may read everything.
    if (root) process.seteuid?.(65_534);
    try {
      await refused(read(folder, ["closed"]), {
        kind: "unreadable",
        path: "shut.txt",
        message: /permission denied/,
      });
      await refused(read(folder, ["shut.txt"]), {
        kind: "unreadable",
        path: "closed/",
        message: /permission denied/,
      });
    } finally {
      if (root) process.seteuid?.(0);
      chmodSync(join(folder, "closed"), 0o700);
    }
  });

  it("hands over the text of camposcloud.config, if it is among the files", async () => {
    const tree = { "camposcloud.config": "MAIN=a.js\n", "a.js": "" };
    strictEqual((await read(tempTree(tree))).config, "MAIN=a.js\n");
    strictEqual((await read(tempTree(tree), ["*.config"])).config, undefined);
    strictEqual((await read(tempTree({ "lib/camposcloud.config": "" }))).config, undefined);
  });

  it("ends with the signal's reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const reading = readSource({ kind: "path", path: tempTree({ a: "" }) }, { baseDir: "/", signal });
    strictEqual(String(await reading.catch((reason: unknown) => reason)), "Error: enough");
  });
});

describe("the hash of a source", () => {
  afterEach(removeTempTrees);
  const tree: Tree = { "a.js": "1", "lib/b.js": "2", "run.sh": { executable: "3" } };

  it("is the same in another place, at another time, in another order, under another umask", async () => {
    const one = tempTree(tree);
    const before = process.umask(0o077);
    const two = tempTree(Object.fromEntries(Object.entries(tree).reverse()));
    process.umask(before);
    for (const path of ["a.js", "lib", "lib/b.js"]) utimesSync(join(two, path), 1e9, 1e9);
    strictEqual((await read(one)).hash, (await read(two)).hash);
  });

  it("is the same for a file and for a link to such a file", async () => {
    const linked = tempTree({ "kept/b.js": "2", "lib/b.js": { link: "../kept/b.js" } });
    lutimesSync(join(linked, "lib/b.js"), 1e9, 1e9);
    strictEqual(
      (await read(linked)).hash,
      (await read(tempTree({ "kept/b.js": "2", "lib/b.js": "2" }))).hash,
    );
  });

  const changes: [title: string, tree: Tree][] = [
    ["a content", { ...tree, "a.js": "x" }],
    ["a path", { "a.mjs": "1", "lib/b.js": "2", "run.sh": { executable: "3" } }],
    ["an executable bit", { ...tree, "run.sh": "3" }],
    ["one more file", { ...tree, more: "" }],
    ["the same contents in each other's place", { ...tree, "a.js": "2", "lib/b.js": "1" }],
  ];
  for (const [title, changed] of changes) {
    it(`changes with ${title}`, async () => {
      notStrictEqual((await read(tempTree(tree))).hash, (await read(tempTree(changed))).hash);
    });
  }

  it("does not see empty folders", async () => {
    const folder = tempTree(tree);
    mkdirSync(join(folder, "empty"));
    strictEqual((await read(folder)).hash, (await read(tempTree(tree))).hash);
  });

  it("is this very value: states of released versions hold it", async () => {
    strictEqual(
      (await read(tempTree(tree))).hash,
      "f5d8d328a07ef0be87dd4ec52cf76bfc2cde7fc4060830dc0645b018f53ccdb7",
    );
  });
});
