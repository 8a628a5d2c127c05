/** What is told of a source beside its hash: rules that leave files out, tracked files, large folders, executable bits. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { listSource, packSource, readSource } from "../../../provider/packaging/source";
import { removeTempTrees, type Tree, tempTree } from "./support/temp-tree";
import { bytesOf, facts } from "./support/unzip";

function read(folder: string, ignore?: string[]) {
  return readSource({ kind: "path", path: folder }, { baseDir: "/", ignore });
}

describe("what a preview tells of a source", () => {
  afterEach(removeTempTrees);

  it("is the rule that leaves out a path which is there", async () => {
    const folder = tempTree({
      ".gitignore": "# built\n\n/dist/\nconfig.json\n",
      "config.json": "",
      "dist/index.js": "",
      "lib/.gitignore": "*.local.js",
      "lib/a.local.js": "",
      "venv/main.py": "",
      "a.md": "",
      "index.js": "",
    });
    const source = await read(folder, ["x", "*.md"]);
    const gitignore = { origin: "file", file: ".gitignore" } as const;
    deepStrictEqual(source.ignoredBy("dist/index.js")?.rule, { ...gitignore, line: 3, pattern: "/dist/" });
    deepStrictEqual(source.ignoredBy("config.json")?.rule, { ...gitignore, line: 4, pattern: "config.json" });
    const nested = { origin: "file", file: "lib/.gitignore", line: 1, pattern: "*.local.js" };
    deepStrictEqual(source.ignoredBy("lib/a.local.js")?.rule, nested);
    deepStrictEqual(source.ignoredBy("a.md")?.rule, {
      origin: "argument",
      file: "ignore",
      line: 2,
      pattern: "*.md",
    });
    deepStrictEqual(source.ignoredBy("venv/main.py")?.rule, {
      origin: "always",
      file: "",
      line: 0,
      pattern: "venv",
    });
    for (const path of ["index.js", "dist/gone.js", "nowhere.js"])
      strictEqual(source.ignoredBy(path), undefined);
    deepStrictEqual(source.leftOut(), {
      count: 3,
      tracked: 0,
      examples: ["config.json", "dist/", "lib/a.local.js"],
      more: false,
      envFiles: [],
    });
  });

  it("is a pattern that includes such a path", async () => {
    const folder = tempTree({
      ".gitignore": "/dist\n*.log\nsub/**\n",
      "dist/index.js": "",
      "venv/main.py": "",
      "a[1]*.log": "",
      "lib/.gitignore": "/out/",
      "lib/out/deep/x.js": "",
      "sub/a.js": "",
      "index.js": "",
    });
    const hidden = {
      "dist/index.js": "!/dist/",
      "venv/main.py": "!/venv/",
      "a[1]*.log": "!/a\\[1]\\*.log",
      "lib/out/deep/x.js": "!/lib/out/",
      "sub/a.js": "!/sub/a.js",
    };
    for (const [path, inclusion] of Object.entries(hidden)) {
      strictEqual((await read(folder)).ignoredBy(path)?.inclusion, inclusion);
      const { files } = await read(folder, [inclusion]);
      strictEqual(files.filter((file) => file.path === path).length, 1, path);
    }
  });

  it("is files near the root before folders and what is hidden", async () => {
    const folder = tempTree({
      ".gitignore": ".idea/\n.DS_Store\n.cache/\ndist/\nbuild/\n*.json\n",
      ".DS_Store": "",
      ".cache/x": "",
      ".idea/x": "",
      "build/x": "",
      "dist/x": "",
      "config.json": "",
      "lib/keys.json": "",
      "index.js": "",
    });
    deepStrictEqual((await read(folder)).leftOut(), {
      count: 7,
      tracked: 0,
      examples: ["config.json", "build/", "dist/", ".DS_Store", ".cache/"],
      more: true,
      envFiles: [],
    });
  });

  it("is which of the left-out files git tracks, first", async () => {
    for (const version of [2, 3, 4]) {
      const folder = tempTree({
        "app/.gitignore": "*.json\ndist/\nnode_modules\n",
        "app/a.json": "",
        "app/lib/deep/tracked.json": "",
        "app/dist/x.js": "",
        "app/node_modules/y.js": "",
        "app/index.js": "",
        "other.json": "",
      });
      git(folder, ["init", "-q"]);
      git(folder, ["config", "index.version", String(version)]);
      git(folder, ["add", "-f", "app/lib/deep/tracked.json", "app/dist/x.js", "app/index.js", "other.json"]);
      git(folder, ["update-index", "--index-version", String(version)]);
      const { count, tracked, examples } = (await read(join(folder, "app"))).leftOut();
      deepStrictEqual(
        { count, tracked, examples },
        { count: 3, tracked: 2, examples: ["dist/x.js", "lib/deep/tracked.json", "a.json"] },
      );
    }
  });

  it("is which files git tracks in a submodule, too", async () => {
    const folder = tempTree({
      ".gitignore": "include\n",
      "vendor/.gitignore": "*.h\n",
      "vendor/lib/include/a.h": "",
      "vendor/lib/b.c": "",
      "index.js": "",
    });
    addSubmodule(folder, "vendor/lib");
    tempTree({ "vendor/lib/include/untracked.h": "" }, folder);
    const leftOut = (await read(folder)).leftOut();
    deepStrictEqual(leftOut, {
      count: 1,
      tracked: 1,
      examples: ["vendor/lib/include/a.h"],
      more: false,
      envFiles: [],
    });
    const { tracked, examples } = (await read(join(folder, "vendor"))).leftOut();
    deepStrictEqual(
      { tracked, examples },
      { tracked: 1, examples: ["lib/include/a.h", "lib/include/untracked.h"] },
    );
  });

  it("is which .env files git tracks, without templates", async () => {
    const folder = tempTree({
      ".env.production": "",
      ".env.local": "",
      ".env.example": "",
      ".envrc": "",
      "web/.env": "",
      "api/.env": "",
      "index.js": "",
    });
    git(folder, ["init", "-q"]);
    git(folder, ["add", ".env.production", ".env.example", ".envrc", "web/.env", "api/.env"]);
    const { count, envFiles } = (await read(folder, ["!/api/.env"])).leftOut();
    deepStrictEqual({ count, envFiles }, { count: 0, envFiles: [".env.production", "web/.env"] });
  });

  it("is nothing of a submodule that was not fetched", async () => {
    const folder = tempTree({ ".gitignore": "*.h", "lib/a.h": "", "index.js": "" });
    addSubmodule(folder, "lib");
    rmSync(join(folder, "lib/.git"));
    const { tracked, examples } = (await read(folder)).leftOut();
    deepStrictEqual({ tracked, examples }, { tracked: 0, examples: ["lib/a.h"] });
  });

  it("is the folders that hold most of it", async () => {
    const folder = tempTree({
      "app/media/a.bin": "x".repeat(900),
      "app/small/b": "x".repeat(50),
      "docs/c": "x".repeat(200),
      "z/d": "x",
      e: "x".repeat(5000),
    });
    deepStrictEqual((await read(folder)).largestFolders(), [
      { path: "app/media/", files: 1, bytes: 900 },
      { path: "docs/", files: 1, bytes: 200 },
      { path: "z/", files: 1, bytes: 1 },
    ]);
  });

  it("is that links of pnpm may not be found at run time", async () => {
    const tree: Tree = {
      "node_modules/.pnpm/a@1/node_modules/a/index.js": "",
      "node_modules/a": { link: ".pnpm/a@1/node_modules/a" },
      "index.js": "",
    };
    const folder = tempTree(tree);
    deepStrictEqual((await read(folder)).warnings, []);
    const { warnings } = await read(folder, ["!node_modules"]);
    strictEqual(warnings.length, 1);
    match(warnings[0] ?? "", /pnpm/);
  });
});

describe("executable bits", () => {
  afterEach(removeTempTrees);
  const run = "#!/bin/sh\n";

  it("do not count where every file has one, as on disks of Windows seen from WSL", async () => {
    const linux = tempTree({ "index.js": "1", "package.json": "{}", "run.sh": { executable: run } });
    const wsl = tempTree({
      "index.js": { executable: "1" },
      "package.json": { executable: "{}" },
      "run.sh": { executable: run },
    });
    const [one, two] = [await read(linux), await read(wsl)];
    strictEqual(one.hash, two.hash);
    deepStrictEqual(one.files, two.files);
    const archive = await packSource(
      { kind: "path", path: wsl },
      { baseDir: "/", extraFiles: { mark: "x" } },
    );
    strictEqual(archive.hash, one.hash);
    const modes = (await facts(await bytesOf(archive))).map(({ path, mode }) => [path, mode.toString(8)]);
    await archive.dispose();
    deepStrictEqual(modes, [
      ["index.js", "100644"],
      ["mark", "100644"],
      ["package.json", "100644"],
      ["run.sh", "100755"],
    ]);
  });

  it("are then those that git has", async () => {
    const tree = {
      "tool.js": { executable: run },
      "run.sh": { executable: run },
      plain: { executable: "x" },
    };
    const folder = tempTree(tree);
    git(folder, ["init", "-q"]);
    git(folder, ["add", "."]);
    git(folder, ["update-index", "--chmod=-x", "tool.js", "plain"]);
    deepStrictEqual(
      (await read(folder)).files.map(({ path, executable }) => [path, executable]),
      [
        ["plain", false],
        ["run.sh", true],
        ["tool.js", false],
      ],
    );
  });

  it("are those that git has in a submodule, too", async () => {
    const folder = tempTree({ "lib/tool.js": { executable: run }, "lib/plain": { executable: "x" } });
    addSubmodule(folder, "lib", ["update-index", "--chmod=-x", "tool.js", "--chmod=+x", "plain"]);
    deepStrictEqual(
      (await read(folder)).files.map(({ path, executable }) => [path, executable]),
      [
        ["lib/plain", true],
        ["lib/tool.js", false],
      ],
    );
  });
});

it("listSource names the files that readSource hashes", async () => {
  const spec = { kind: "path", path: tempTree({ b: "", "a/c": "", ".env": "" }) } as const;
  deepStrictEqual(await listSource(spec, { baseDir: "/" }), ["a/c", "b"]);
});

/** Makes a folder a submodule of the repository around it. `change`: a command of git after its files were added. */
function addSubmodule(root: string, path: string, change: string[] = ["status"]): void {
  const folder = join(root, path);
  git(root, ["init", "-q"]);
  git(folder, ["init", "-q", "--separate-git-dir", join(root, ".git/module")]);
  git(folder, ["add", "-f", "."]);
  git(folder, change);
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  git(folder, [...author, "commit", "-q", "-m", "all"]);
  git(root, ["add", path]);
}

function git(cwd: string, args: string[]): void {
  const nowhere = process.platform === "win32" ? "NUL" : "/dev/null";
  const env = { ...process.env, GIT_CONFIG_GLOBAL: nowhere, GIT_CONFIG_SYSTEM: nowhere };
  const { status, stderr } = spawnSync("git", args, { cwd, env, encoding: "utf8" });
  strictEqual(status, 0, stderr);
}
