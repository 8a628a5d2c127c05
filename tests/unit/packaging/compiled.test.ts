/** Packaging as it is published: compiled, under node_modules, in a process that has no TypeScript. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packSource, readSource } from "../../../provider/packaging/source";
import { installPackaging } from "./support/compiled-packaging";
import { removeTempTrees, type Tree, tempFolder, tempTree } from "./support/temp-tree";

/** Packs and reads the folder of its argument, and counts the threads that started. */
const program = `
const { packSource, readSource } = require("packed/packaging/source.js");
const { createHash } = require("node:crypto");
const spec = { kind: "path", path: process.argv[2] };
const online = [];
process.on("worker", (worker) => worker.once("online", () => online.push(worker.threadId)));
(async () => {
  const source = await readSource(spec, { baseDir: "/" });
  const archive = await packSource(spec, { baseDir: "/" });
  const hash = createHash("sha256");
  for await (const piece of archive.open()) hash.update(piece);
  await archive.dispose();
  console.log(JSON.stringify({ source: source.hash, packed: archive.hash, bytes: hash.digest("hex"), threads: online.length > 0 }));
})();
`;

describe("compiled packaging", () => {
  after(removeTempTrees);

  for (const link of [false, true]) {
    it(`packs the same bytes on threads ${link ? "through a link" : "under node_modules"}`, async () => {
      const tree: Tree = Object.fromEntries(
        Array.from({ length: 600 }, (_, i) => [`${i % 7}/${i}.js`, `// ${i}\n`.repeat(i)]),
      );
      const source = tempTree(tree);
      const user = tempFolder();
      installPackaging(user, link);
      writeFileSync(join(user, "program.js"), program);
      // Preloaded modules of the program must not reach the threads.
      writeFileSync(
        join(user, "preload.js"),
        'if (!require("node:worker_threads").isMainThread) process.exit(9);',
      );
      const run = spawnSync(process.execPath, ["--require", "./preload.js", "program.js", source], {
        cwd: user,
        encoding: "utf8",
      });
      strictEqual(run.status, 0, run.stderr);
      const { hash } = await readSource({ kind: "path", path: source }, { baseDir: "/" });
      const archive = await packSource({ kind: "path", path: source }, { baseDir: "/" });
      const bytes = createHash("sha256");
      for await (const piece of archive.open()) bytes.update(piece);
      await archive.dispose();
      const expected = { source: hash, packed: hash, bytes: bytes.digest("hex"), threads: true };
      deepStrictEqual(JSON.parse(run.stdout), expected);
    });
  }
});
