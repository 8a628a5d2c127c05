/** Files that change while they are packed, and limits of size, number, memory and disk. */
import { ok, strictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { deflateHere } from "../../../provider/packaging/archive/compress";
import { runJob } from "../../../provider/packaging/archive/run-job";
import type { PlannedFile } from "../../../provider/packaging/files/read-file";
import { planFile } from "../../../provider/packaging/files/read-file";
import { neverYield } from "../../../provider/packaging/files/yield";
import { packSource, readSource } from "../../../provider/packaging/source";
import { installPackaging } from "./support/compiled-packaging";
import { refused } from "./support/refusal";
import { removeTempTrees, type Tree, tempFolder, tempTree } from "./support/temp-tree";

const context = { yielder: neverYield, deflate: deflateHere };

const changes: [title: string, change: (path: string) => void][] = [
  ["grows", (path) => appendFileSync(path, "more")],
  ["shrinks", (path) => truncateSync(path, 10)],
  ["vanishes", (path) => rmSync(path)],
];

/** With as many bytes as before. */
function rewrite(path: string): void {
  writeFileSync(path, "y".repeat(statSync(path).size));
  utimesSync(path, 1, 1);
}

describe("a file that changes while it is packed", () => {
  afterEach(removeTempTrees);

  for (const [title, change] of changes) {
    it(`is named when it ${title}`, async () => {
      const folder = tempTree({ "a.txt": "x".repeat(2_000_000) });
      const file = planFile({ path: "a.txt", from: join(folder, "a.txt") });
      change(join(folder, "a.txt"));
      const gone = {
        kind: "changed",
        path: "a.txt",
        message: /changed while it was read|disappeared/,
      } as const;
      const part = { file, start: 0, end: 1_000_000, method: 8 } as const;
      await refused(runJob({ kind: "files", files: [file] }, context), gone);
      await refused(runJob({ kind: "part", ...part }, context), gone);
      await refused(runJob({ kind: "digest", file }, context), gone);
    });
  }

  it("is named when it is written anew between two reads, and taken as it is now when it is read once", async () => {
    const folder = tempTree({ "a.txt": "x".repeat(2_000_000) });
    const file = planFile({ path: "a.txt", from: join(folder, "a.txt") });
    rewrite(join(folder, "a.txt"));
    const changed = { kind: "changed", path: "a.txt" } as const;
    await refused(runJob({ kind: "part", file, start: 0, end: 1_000_000, method: 8 }, context), changed);
    await refused(runJob({ kind: "digest", file }, context), changed);
    const { table } = await runJob({ kind: "files", files: [file] }, context);
    strictEqual(table.digests, createHash("sha256").update("y".repeat(2_000_000)).digest("hex"));
  });

  it("is named on worker threads too", async () => {
    const tree: Tree = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`f${10_000 + i}`, "x".repeat(10_000)]),
    );
    const folder = tempTree(tree);
    const last = join(folder, "f12999");
    const onProgress = () => appendFileSync(last, "more");
    const packing = packSource({ kind: "path", path: folder }, { baseDir: "/", onProgress });
    await refused(packing, { kind: "changed", path: "f12999" });
  });

  it("is named when a pipe takes its place", async () => {
    const folder = tempTree({ "a.txt": "x" });
    const path = join(folder, "a.txt");
    const file: PlannedFile = planFile({ path: "a.txt", from: path });
    rmSync(path);
    strictEqual(spawnSync("mkfifo", [path]).status, 0);
    await refused(runJob({ kind: "files", files: [file] }, context), { kind: "unsupported", path: "a.txt" });
  });
});

describe("limits", () => {
  afterEach(removeTempTrees);

  it("refuse a file of 5 GB before reading it", async () => {
    const folder = tempTree({ "a.js": "", "huge.bin": "" });
    truncateSync(join(folder, "huge.bin"), 5e9);
    const tooBig = { kind: "too-big", path: "huge.bin", message: /4 GiB/ } as const;
    await refused(readSource({ kind: "path", path: folder }, { baseDir: "/" }), tooBig);
    await refused(packSource({ kind: "path", path: folder }, { baseDir: "/" }), tooBig);
  });

  it("refuse 70,000 files", async () => {
    const folder = tempFolder();
    for (let i = 0; i < 70_000; i++) closeSync(openSync(join(folder, `${i}`), "w"));
    const tooMany = { kind: "too-big", message: /more than 65,534 files/ } as const;
    await refused(readSource({ kind: "path", path: folder }, { baseDir: "/" }), tooMany);
  });

  it("keep memory bounded whatever the size of a file", () => {
    const folder = tempTree({ "big.bin": "" });
    truncateSync(join(folder, "big.bin"), 600_000_000);
    const { grown } = inProcess([process.execPath], folder);
    ok(typeof grown === "number" && grown < 200e6, `grew by ${grown} bytes`);
  });

  it("name the folder that has no room for the archive", () => {
    const folder = tempTree({ "noise.bin": randomBytes(300_000) });
    // The shell's limit on the size of written files, in blocks of 1 KiB.
    const { kind, message } = inProcess(
      ["bash", "-c", 'ulimit -f 100; exec "$@"', "bash", process.execPath],
      folder,
    );
    strictEqual(kind, "no-space");
    ok(message?.includes("There is not enough space"), message);
  });
});

interface Outcome {
  kind?: string;
  message?: string;
  grown?: number;
}

function inProcess([command, ...args]: string[], folder: string): Outcome {
  const user = tempFolder();
  installPackaging(user);
  const program = [require.resolve("./support/limited-pack"), user, folder];
  const run = spawnSync(command ?? "", [...args, ...program], { encoding: "utf8" });
  strictEqual(run.status, 0, run.stderr);
  return JSON.parse(run.stdout);
}
