/** A zip given as source: taken as it is, or refused by the name of the entry at fault. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import JSZip from "jszip";
import { SourceError } from "../../../provider/packaging/files/source-error";
import { packSource, readSource } from "../../../provider/packaging/source";
import { type Entry, makeZip } from "./support/hostile-zip";
import { type Refusal, refused } from "./support/refusal";
import { removeTempTrees, tempFolder } from "./support/temp-tree";
import { bytesOf, check, checkers, facts, unzip } from "./support/unzip";

function onDisk(bytes: Uint8Array): string {
  const path = join(tempFolder(), "app.zip");
  writeFileSync(path, bytes);
  return path;
}

function read(bytes: Uint8Array) {
  return readSource({ kind: "path", path: onDisk(bytes) }, { baseDir: "/" });
}

async function refusedBoth(bytes: Uint8Array, refusal: Refusal): Promise<void> {
  const path = onDisk(bytes);
  await refused(readSource({ kind: "path", path }, { baseDir: "/" }), refusal);
  await refused(packSource({ kind: "path", path }, { baseDir: "/" }), refusal);
}

const good: Entry[] = [
  { name: "top/", mode: 0o040755 },
  { name: "top/b.js", content: "b".repeat(5000), deflate: true },
  { name: "top/a.sh", content: "a", mode: 0o100755 },
  { name: "camposcloud.config", content: "MAIN=top/b.js" },
  { name: "long.bin", content: "0123456789".repeat(50_000), deflate: true },
  { name: "long-stored.bin", content: "0123456789".repeat(50_000) },
];

describe("a zip given as source", () => {
  afterEach(removeTempTrees);

  it("is listed, hashed over its bytes, and sent as it is", async () => {
    const bytes = makeZip(good, "with a comment");
    const path = onDisk(bytes);
    const source = await readSource({ kind: "path", path: "app.zip" }, { baseDir: join(path, "..") });
    strictEqual(source.hash, createHash("sha256").update(bytes).digest("hex"));
    deepStrictEqual(
      source.files.map((file) => [file.path, file.executable, file.size]),
      [
        ["camposcloud.config", false, 13],
        ["long-stored.bin", false, 500_000],
        ["long.bin", false, 500_000],
        ["top/a.sh", true, 1],
        ["top/b.js", false, 5000],
      ],
    );
    strictEqual(
      source.files[1]?.digest,
      createHash("sha256").update("0123456789".repeat(50_000)).digest("hex"),
    );
    strictEqual(source.files[1]?.digest, source.files[2]?.digest);
    strictEqual(source.config, "MAIN=top/b.js");
    strictEqual(source.bytes, 1_005_014);
    const archive = await packSource({ kind: "path", path }, { baseDir: "/" });
    strictEqual(archive.hash, source.hash);
    deepStrictEqual(archive.files, source.files);
    ok((await bytesOf(archive)).equals(bytes));
    await archive.dispose();
  });

  it("may come from another tool, with data descriptors and any name", async () => {
    const zip = new JSZip();
    zip.file("日本語.txt", "x".repeat(1000));
    zip.file("lib/a b.js", "y");
    const bytes = await zip.generateAsync({ type: "nodebuffer", compression: "DEFLATE", streamFiles: true });
    deepStrictEqual(
      (await read(bytes)).files.map(({ path, size }) => [path, size]),
      [
        ["lib/a b.js", 1],
        ["日本語.txt", 1000],
      ],
    );
  });

  it("takes further files behind its entries, which stay untouched", async () => {
    const bytes = makeZip(good, "with a comment");
    const path = onDisk(bytes);
    const extraFiles = { ".pulumi-camposcloud": "mark\n", "o/\u00e9": "2" };
    const archive = await packSource({ kind: "path", path }, { baseDir: "/", extraFiles });
    strictEqual(archive.hash, createHash("sha256").update(bytes).digest("hex"));
    strictEqual(archive.files.length, 5);
    const sent = await bytesOf(archive);
    await archive.dispose();
    const directoryAt = bytes.readUInt32LE(bytes.length - "with a comment".length - 6);
    ok(sent.subarray(0, directoryAt).equals(bytes.subarray(0, directoryAt)));
    ok(sent.toString("latin1").endsWith("with a comment"));
    const before = await facts(bytes);
    const after = await facts(sent);
    deepStrictEqual(after.slice(0, before.length), before);
    deepStrictEqual(
      after.slice(before.length).map((each) => each.path),
      Object.keys(extraFiles),
    );
    const content = await unzip(sent);
    strictEqual(content[".pulumi-camposcloud"], "mark\n");
    strictEqual(content["top/b.js"], "b".repeat(5000));
    for (const checker of checkers)
      if (spawnSync(checker.name, checker.probe).status === 0) check(checker, sent);
  });

  const wide: [title: string, base64: string][] = [
    [
      "for its sizes, as Python writes them",
      "UEsDBC0AAAAAAJKieV3wzRFM//////////8IABQAaW5kZXguanMBABAACgAAAAAAAAAKAAAAAAAAAGFhYWFhYWFhYWFQSwECLQMtAAAAAACSonld8M0RTP//////////CAAUAAAAAAAAAAAAgAEAAAAAaW5kZXguanMBABAACgAAAAAAAAAKAAAAAAAAAFBLBgYsAAAAAAAAAC0ALQAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAABKAAAAAAAAAEQAAAAAAAAAUEsGBwAAAACOAAAAAAAAAAEAAABQSwUGAAAAAAEAAQBKAAAARAAAAAAA",
    ],
    [
      "for every field that can be",
      "UEsDBC0AAAgAAAAAIQBzZmWh//////////8IABQAaW5kZXguanMBABAACgAAAAAAAAAKAAAAAAAAAG1vZHVsZS54PTFQSwECLQMtAAAIAAAAACEAc2Zlof//////////CAAcAAAAAAAAAAAApIH/////aW5kZXguanMBABgACgAAAAAAAAAKAAAAAAAAAAAAAAAAAAAAUEsGBiwAAAAAAAAALQAtAAAAAAAAAAAAAQAAAAAAAAABAAAAAAAAAFIAAAAAAAAARAAAAAAAAABQSwYHAAAAAJYAAAAAAAAAAQAAAFBLBQYAAAAA////////////////AAA=",
    ],
  ];
  for (const [title, base64] of wide) {
    it(`may have fields of zip64 ${title}`, async () => {
      const bytes = Buffer.from(base64, "base64");
      const { files } = await read(bytes);
      deepStrictEqual(
        files.map(({ path, size }) => [path, size]),
        [["index.js", 10]],
      );
    });
  }

  it("may have a camposcloud.config in UTF-16, and none in another encoding", async () => {
    const name = "camposcloud.config";
    const config = (content: Uint8Array) =>
      read(
        makeZip([
          { name: "a", content: "x" },
          { name, content },
        ]),
      );
    strictEqual((await config(Buffer.from("\ufeffMAIN=a", "utf16le"))).config, "MAIN=a");
    await refused(config(Buffer.from([0x4d, 0xff])), { kind: "encoding", path: name });
  });

  const zeros = Buffer.alloc(70_000_000);
  const refusals: [title: string, bytes: () => Buffer, refusal: Refusal][] = [
    ["that is no zip", () => Buffer.from("hello"), { kind: "not-a-zip", message: /not a zip/ }],
    ["that is empty", () => Buffer.alloc(0), { kind: "not-a-zip" }],
    ["that is cut off", () => makeZip(good).subarray(0, 3000), { kind: "not-a-zip", message: /truncated/ }],
    [
      "with the name of the creation's marker",
      () => makeZip([{ name: "a" }, { name: ".pulumi-camposcloud", content: "{}" }]),
      { kind: "unsupported", path: ".pulumi-camposcloud", message: /is reserved/ },
    ],
    ["without files", () => makeZip([{ name: "top/", mode: 0o040755 }]), { kind: "empty" }],
    [
      "with an encrypted entry",
      () => makeZip([{ name: "a", says: { flags: 0x801 } }]),
      { kind: "encrypted", path: "a" },
    ],
    ["with a path that leads out", () => makeZip([{ name: "../x" }]), { kind: "unsafe-name", path: "../x" }],
    ["with a path that leads out midway", () => makeZip([{ name: "a/../../x" }]), { kind: "unsafe-name" }],
    ["with an absolute path", () => makeZip([{ name: "/etc/x" }]), { kind: "unsafe-name", path: "/etc/x" }],
    ["with a drive", () => makeZip([{ name: "C:/x" }]), { kind: "unsafe-name", path: "C:/x" }],
    ["with a backslash", () => makeZip([{ name: "a\\b" }]), { kind: "unsafe-name", path: "a\\b" }],
    ["with a control character", () => makeZip([{ name: "a\u001bb" }]), { kind: "unsafe-name" }],
    [
      "with a name that is not UTF-8",
      () => makeZip([{ name: Buffer.from([0x61, 0xff]) }]),
      { kind: "unsafe-name" },
    ],
    ["with a nameless entry", () => makeZip([{ name: "" }]), { kind: "unsafe-name" }],
    ["with one path twice", () => makeZip([{ name: "a" }, { name: "./a" }]), { kind: "clash", path: "./a" }],
    [
      "with a file where a folder is",
      () => makeZip([{ name: "a" }, { name: "a/b" }]),
      { kind: "clash", path: "a/b" },
    ],
    [
      "with a link",
      () => makeZip([{ name: "a", content: "/etc", mode: 0o120777 }]),
      { kind: "link", path: "a" },
    ],
    [
      "with a rare compression",
      () => makeZip([{ name: "a", says: { method: 12 } }]),
      { kind: "bad-zip", path: "a" },
    ],
    [
      "with a wrong checksum",
      () => makeZip([{ name: "a", content: "x", says: { crc: 1 } }]),
      { kind: "bad-zip", path: "a" },
    ],
    [
      "with a wrong checksum in a long entry",
      () => makeZip([{ name: "a", content: zeros.subarray(0, 500_000), says: { crc: 1 } }]),
      { kind: "bad-zip", path: "a" },
    ],
    [
      "with less data than it says",
      () => makeZip([{ name: "a", content: "xxxx", deflate: true, says: { size: 9 } }]),
      { kind: "bad-zip", path: "a" },
    ],
    [
      "with more data than it says",
      () => makeZip([{ name: "a", content: "xxxx", deflate: true, says: { size: 1 } }]),
      { kind: "bomb", path: "a" },
    ],
    [
      "with much more data than it says",
      () => makeZip([{ name: "a", content: zeros, deflate: true, says: { size: 300_000 } }]),
      { kind: "bomb", path: "a" },
    ],
    [
      "with damaged data",
      () => makeZip([{ name: "a", content: "x".repeat(99), deflate: true, says: { packedSize: 3 } }]),
      { kind: "bad-zip", path: "a" },
    ],
    [
      "with a local header of another name",
      () => makeZip([{ name: "a", localName: "b" }]),
      { kind: "bad-zip", path: "a" },
    ],
    [
      "with an entry that is not there",
      () => makeZip([{ name: "a", says: { offset: 1e6 } }]),
      { kind: "bad-zip" },
    ],
    [
      "that is a bomb",
      () => makeZip([{ name: "a", content: zeros, deflate: true }]),
      { kind: "bomb", path: "a", message: /zip bomb/ },
    ],
    [
      "whose entries share their data",
      () =>
        makeZip([
          { name: "a", content: "x" },
          { name: "a", content: "x", says: { offset: 0 }, localName: "a" },
        ]),
      { kind: "clash" },
    ],
    ["whose entries overlap", () => overlapping(), { kind: "bomb", message: /overlaps/ }],
    [
      "of more than 4 GiB of content",
      () =>
        makeZip([
          { name: "a", says: { size: 0xfffffff0, packedSize: 0xfffffff0 } },
          { name: "b", content: "x".repeat(99) },
        ]),
      { kind: "too-big", path: "b" },
    ],
    ["of several parts", () => patched(4, 1), { kind: "bad-zip", message: /several parts/ }],
    ["whose directory is elsewhere", () => patched(16, 1), { kind: "bad-zip", message: /directory/ }],
    [
      "of too many entries",
      () => patched(10, 0xffff),
      { kind: "too-big", message: /more than 65,534 entries/ },
    ],
  ];
  for (const [title, bytes, refusal] of refusals) {
    it(`is refused ${title}`, async () => {
      await refusedBoth(bytes(), refusal);
    });
  }

  it("gives a clear answer for any damage: the right files or a refusal, never another failure", async () => {
    const bytes = makeZip(good);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const result = await read(damaged).catch((error: unknown) => error);
        if (result instanceof Error) ok(result instanceof SourceError, `${at}: ${result.stack}`);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

/** One local entry that holds another, both in the directory. */
function overlapping(): Buffer {
  const inner = makeZip([{ name: "b", content: "x".repeat(50) }]).subarray(0, 31 + 50);
  const offset = 31;
  return makeZip([
    { name: "a", content: inner },
    { name: "b", content: "x".repeat(50), says: { offset } },
  ]);
}

/** A sound zip, but for one 16-bit field of its end record. */
function patched(at: number, value: number): Buffer {
  const bytes = makeZip([{ name: "a", content: "x" }]);
  bytes.writeUInt16LE(value, bytes.length - 22 + at);
  return bytes;
}
