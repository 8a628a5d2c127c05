/** The archive: its bytes, who can open it, and the ways of making it. */
import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { PackingPlan } from "../../../provider/packaging/archive/jobs";
import { type Packing, packHere, packOnThreads } from "../../../provider/packaging/archive/pack";
import { ArchiveFile } from "../../../provider/packaging/archive/temp-file";
import { WorkerPool } from "../../../provider/packaging/archive/worker-pool";
import { type WrittenRun, writeDirectory } from "../../../provider/packaging/archive/write";
import { sourceFiles } from "../../../provider/packaging/files/digest";
import { locate } from "../../../provider/packaging/files/locate";
import { planFile } from "../../../provider/packaging/files/read-file";
import type { Archive, PackOptions } from "../../../provider/packaging/files/types";
import { newYielder } from "../../../provider/packaging/files/yield";
import { packSource, readSource } from "../../../provider/packaging/source";
import { havePrograms } from "../../support/programs";
import { Random } from "./support/random";
import { refused } from "./support/refusal";
import { removeTempTrees, type Tree, tempFolder, tempTree } from "./support/temp-tree";
import { bytesOf, check, checkers, facts, unzip } from "./support/unzip";

async function packed<T>(
  folder: string,
  use: (archive: Archive) => Promise<T>,
  options: Partial<PackOptions> = {},
): Promise<T> {
  const archive = await packSource({ kind: "path", path: folder }, { baseDir: "/", ...options });
  try {
    return await use(archive);
  } finally {
    await archive.dispose();
  }
}

const noise = (length: number, seed = 1) => {
  const random = new Random(seed);
  return Uint8Array.from({ length }, () => random.whole(256));
};
const text = (length: number) =>
  "All work and no play makes a dull archive. 0123456789\n".repeat(length / 40).slice(0, length);

/** Every kind of entry: empty, tiny, of one block, of several, of several jobs, incompressible, mixed, executable. */
const variety: Tree = {
  empty: "",
  "lib/tiny.js": "x",
  "lib/small.js": text(5_000),
  "lib/run.sh": { executable: "#!/bin/sh\n" },
  "block.txt": text(128 * 1024),
  "blocks.txt": text(128 * 1024 + 1),
  "job.txt": text(1024 * 1024 + 1),
  "jobs.txt": text(3_333_333),
  "noise.bin": noise(100_000),
  "noise-job.bin": noise(2_500_000),
  "mixed.bin": Buffer.concat([noise(700_000), Buffer.from(text(800_000))]),
  "日本語/🚀.txt": "naïve",
};

function contents(tree: Tree): Record<string, string> {
  const entries = Object.entries(tree).map(([path, content]) => {
    if (typeof content === "string") return [path, Buffer.from(content).toString("latin1")];
    if (content instanceof Uint8Array) return [path, Buffer.from(content).toString("latin1")];
    return [path, "executable" in content ? content.executable : ""];
  });
  return Object.fromEntries(entries);
}

describe("an archive", () => {
  afterEach(removeTempTrees);

  it("has the files and nothing else, and the hash of readSource", async () => {
    const folder = tempTree(variety);
    const source = await readSource({ kind: "path", path: folder }, { baseDir: "/" });
    await packed(folder, async (archive) => {
      strictEqual(archive.hash, source.hash);
      deepStrictEqual(archive.files, source.files);
      deepStrictEqual(await unzip(await bytesOf(archive)), contents(variety));
    });
  });

  for (const checker of checkers) {
    it(`is sound to ${checker.name}`, async function () {
      const { name, packages } = checker;
      if (!havePrograms({ programs: [name], packages, what: `an archive in ${name}` })) this.skip();
      await packed(tempTree(variety), async (archive) => check(checker, await bytesOf(archive)));
    });
  }

  it("has sorted entries, one fixed time, two modes, UTF-8 names, and stores what does not shrink", async () => {
    const entries = await packed(tempTree(variety), async (archive) => facts(await bytesOf(archive)));
    deepStrictEqual(
      entries.map(({ path }) => path),
      Object.keys(variety).sort(),
    );
    for (const { path, mode, time, method, utf8 } of entries) {
      strictEqual(mode, path.endsWith(".sh") ? 0o100755 : 0o100644, path);
      strictEqual(time, "1980-01-01T00:00:00.000Z", path);
      strictEqual(utf8, true, path);
      const stored = [
        "empty",
        "lib/tiny.js",
        "lib/run.sh",
        "noise.bin",
        "noise-job.bin",
        "日本語/🚀.txt",
      ].includes(path);
      strictEqual(method, stored ? 0 : 8, path);
    }
  });

  it("is the same, byte for byte, in another place, zone, umask, and at another time", async () => {
    const one = tempTree({ "a.js": text(9_000), "lib/b.sh": { executable: "b" } });
    const first = await packed(one, bytesOf);
    const zone = process.env["TZ"];
    const umask = process.umask(0o077);
    try {
      process.env["TZ"] = "Asia/Tokyo";
      const two = tempTree({ "lib/b.sh": { executable: "b" }, "a.js": text(9_000) });
      utimesSync(join(two, "a.js"), 1e9, 1e9);
      deepStrictEqual(await packed(two, bytesOf), first);
    } finally {
      process.umask(umask);
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  it("of stored files is these very bytes, whatever version of zlib Node has", async () => {
    const bytes = await packed(tempTree({ b: "2", "a/x.sh": { executable: "1" }, ü: "" }), bytesOf);
    strictEqual(
      createHash("sha256").update(bytes).digest("hex"),
      "f2bc82c2eda63581f97bd9426c60917d0d434515db594648b1082ea4fb4ccca6",
    );
  });

  it("carries extra files that do not count in its hash", async () => {
    const folder = tempTree({ "a.js": "a", mark: "from the source" });
    const plain = await packed(folder, async (archive) => archive);
    const extraFiles = { mark: "from us", "z/other": "2" };
    await packed(
      folder,
      async (archive) => {
        strictEqual(archive.hash, plain.hash);
        deepStrictEqual(archive.files, plain.files);
        deepStrictEqual(await unzip(await bytesOf(archive)), {
          "a.js": "a",
          mark: "from us",
          "z/other": "2",
        });
      },
      { extraFiles },
    );
  });

  it("can be sent again, tells how far it is, and leaves nothing behind", async () => {
    const tempDir = tempFolder();
    await packed(
      tempTree({ "noise.bin": noise(900_000) }),
      async (archive) => {
        const sent: number[] = [];
        const stream = archive.open((done, total) => {
          strictEqual(total, archive.size);
          sent.push(done);
        });
        let bytes = 0;
        for await (const piece of stream) bytes += piece.length;
        strictEqual(bytes, archive.size);
        strictEqual(sent.at(-1), archive.size);
        ok(sent.length > 2 && sent.every((done, i) => done > (sent[i - 1] ?? 0)));
        archive.open().destroy();
        deepStrictEqual(await bytesOf(archive), await bytesOf(archive));
      },
      { tempDir },
    );
    deepStrictEqual(readdirSync(tempDir), []);
  });

  it("tells its progress in bytes of content", async () => {
    const calls: [number, number][] = [];
    const folder = tempTree(variety);
    await packed(folder, async () => {}, { onProgress: (done, total) => calls.push([done, total]) });
    const total = Object.values(contents(variety)).reduce((sum, content) => sum + content.length, 0);
    deepStrictEqual(calls.at(-1), [total, total]);
  });

  it("cannot be opened once it is disposed of", async () => {
    const archive = await packed(tempTree({ a: "" }), async (each) => each);
    await rejects(async () => {
      for await (const _ of archive.open());
    });
  });

  it("is refused where no temporary file can be made", async () => {
    const packing = packed(tempTree({ a: "" }), async () => {}, { tempDir: "/nowhere/at/all" });
    await refused(packing, { kind: "unreadable", path: "/nowhere/at/all", message: /TMPDIR/ });
  });
});

/** Packs by one way alone. Answers with the bytes and the entries' digests. */
async function packBy(way: (packing: Packing) => Promise<WrittenRun[]>, folder: string) {
  const yielder = newYielder();
  const located = await locate({ kind: "path", path: folder }, { baseDir: "/" }, { yielder });
  if (located.kind === "zip") throw new Error("not a folder");
  const plan = new PackingPlan();
  for (const each of located.files) plan.add(planFile(each));
  const file = await ArchiveFile.create(tempFolder());
  try {
    const packing = way({ plan, file, options: { baseDir: "/" }, yielder });
    plan.end();
    const runs = await packing;
    const files = sourceFiles(
      runs.flatMap((run) => run.files),
      folder,
    );
    await writeDirectory({ file, yielder }, runs, files);
    const chunks: Buffer[] = [];
    for await (const chunk of file.open()) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), digests: files.map(({ digest }) => digest) };
  } finally {
    await file.dispose();
  }
}

const ways: [title: string, way: (packing: Packing) => Promise<WrittenRun[]>][] = [
  ["on this thread", packHere],
  ["on worker threads", (packing) => packOnThreads(packing)],
  [
    "on this thread because the workers' program is missing",
    (packing) => packOnThreads(packing, "/nowhere/worker.js"),
  ],
  [
    "on this thread because the workers die",
    (packing) => packOnThreads(packing, require.resolve("./support/dying-worker")),
  ],
];

describe("the ways of packing", () => {
  let folder: string;
  before(() => {
    folder = tempTree(variety);
    for (let i = 0; i < 40; i++) tempTree({ [`many/${i}.js`]: text(i * 997) }, folder);
  });
  after(removeTempTrees);

  for (const [title, way] of ways) {
    it(`write these very bytes: ${title}`, async () => {
      const { bytes, digests } = await packBy(way, folder);
      strictEqual(
        createHash("sha256").update(digests.join()).digest("hex"),
        "ec854b8d29566b3c51bea6c0713e68474732a0d9ca567abb63b33f9a5f37a11a",
      );
      const normal = await packBy(packHere, folder);
      ok(bytes.equals(normal.bytes));
      deepStrictEqual(Object.keys(await unzip(bytes)).length, Object.keys(variety).length + 40);
    });
  }

  it("include threads that really start", async () => {
    const pool = new WorkerPool(1);
    try {
      const [file] = ["empty"].map((path) => planFile({ path, from: join(folder, path) }));
      const { table } = await pool.run({ kind: "files", files: file ? [file] : [] });
      deepStrictEqual([...table.sizes], [0]);
    } finally {
      await pool.close();
    }
  });

  it("read contents of any length back as they were", async () => {
    const near = (size: number) => fc.integer({ min: Math.max(0, size - 3), max: size + 3 });
    const sizes = fc.array(
      fc.oneof(
        near(0),
        near(7930),
        near(16_122),
        near(131_072),
        near(262_144),
        near(1_048_576),
        near(2_097_152),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.boolean(), async (lengths, seed, noisy) => {
        const tree: Tree = {};
        for (const [i, length] of lengths.entries())
          tree[`${i}`] = noisy ? noise(length, seed + i) : text(length);
        deepStrictEqual(
          await packed(tempTree(tree), async (archive) => unzip(await bytesOf(archive))),
          contents(tree),
        );
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  it("differ from archives of other files", async () => {
    notStrictEqual(
      (await packBy(packHere, folder)).digests.join(),
      (await packBy(packHere, tempTree({ a: "" }))).digests.join(),
    );
  });
});
