/** Owns the safety of unpacking: an untrusted zip cannot write outside, fill the disk or leave a partial app. */
import { strict as assert } from "node:assert";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSZip from "jszip";
import { bench, closeAll, create, createId, zipOf } from "./support/client";

const CENTRAL = Buffer.from([0x50, 0x4b, 0x01, 0x02]);

/** Overwrites 4 bytes of the first entry of the zip's directory: 24 is its declared uncompressed size. */
function patched(zip: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(zip);
  copy.writeUInt32LE(value, copy.indexOf(CENTRAL) + offset);
  return copy;
}

/** Renames an entry in place, to names that a library would not write. */
function renamed(zip: Buffer, from: string, to: string): Buffer {
  assert.equal(from.length, to.length);
  return Buffer.from(zip.toString("latin1").replaceAll(from, to), "latin1");
}

async function special(mode: number): Promise<Buffer> {
  const zip = new JSZip();
  zip.file("index.js", "");
  zip.file("odd", "/etc/passwd", { unixPermissions: mode });
  return zip.generateAsync({ type: "nodebuffer", platform: "UNIX" });
}

describe("emulator: unpacking", () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "emulator-zip-"));
  });
  afterEach(async () => {
    await closeAll();
    rmSync(data, { recursive: true });
  });

  it("refuses unsafe paths, links, special files, zip bombs and wrong sizes", async () => {
    const { api, emulator } = await bench({ run: false, data });
    const plain = await zipOf({ "index.js": "", aaaaaaaa: "x".repeat(5000) });
    const zips: Record<string, Buffer> = {
      parent: renamed(plain, "aaaaaaaa", "../../xx"),
      "inner parent": renamed(plain, "aaaaaaaa", "a/../../"),
      absolute: renamed(plain, "aaaaaaaa", "/tmp/xxx"),
      backslash: renamed(plain, "aaaaaaaa", "..\\..\\xx"),
      drive: renamed(plain, "aaaaaaaa", "C:/aaaaa"),
      dot: renamed(plain, "aaaaaaaa", "./aaaaaa"),
      "empty part": renamed(plain, "aaaaaaaa", "aaa//aaa"),
      twice: renamed(plain, "aaaaaaaa", "index.js"),
      "file under a file": await zipOf({ "index.js": "", "index.js/a": "" }),
      link: await special(0o120777),
      device: await special(0o020666),
      pipe: await special(0o010666),
      bomb: patched(await zipOf({ "index.js": "x".repeat(5000) }), 24, 0xfffffff0),
      "larger than it says": patched(await zipOf({ "index.js": "x".repeat(5000) }), 24, 10),
      "smaller than it says": patched(await zipOf({ "index.js": "x".repeat(5000) }), 24, 9000),
      encrypted: patched(await zipOf({ "index.js": "x" }), 8, 1),
      "cut off": plain.subarray(0, plain.length - 30),
      "no entries": await new JSZip().generateAsync({ type: "nodebuffer" }),
      "folders only": await new JSZip().file("a/", null, { dir: true }).generateAsync({ type: "nodebuffer" }),
    };
    for (const [what, zip] of Object.entries(zips)) {
      emulator.resetLimits();
      const answer = await create(api, zip);
      assert.equal(answer.status, 400, `${what}: ${JSON.stringify(answer.data)}`);
      assert.equal(answer.data.error, "Bad request", what);
    }
    assert.deepEqual(readdirSync(join(data, "apps")), []);
    assert.deepEqual(readdirSync(join(data, "incoming")), []);
    assert.equal(existsSync("/tmp/xxx"), false);
  });

  it("unpacks ten thousand files, folders and executable bits", async () => {
    const zip = new JSZip();
    zip.file("index.js", "");
    zip.file("run.sh", "#!/bin/sh\n", { unixPermissions: 0o755 });
    for (let index = 0; index < 10_000; index += 1)
      zip.file(`many/${index % 100}/${index}.txt`, String(index));
    const { api } = await bench({ run: false, data });
    const id = await createId(api, await zip.generateAsync({ type: "nodebuffer", platform: "UNIX" }));
    const files = join(data, "apps", id, "files");
    assert.equal(statSync(join(files, "run.sh")).mode & 0o111, 0o111);
    assert.equal(statSync(join(files, "index.js")).mode & 0o111, 0);
    assert.equal((await api.get(`/v1/apps/${id}/files?path=/many/99/9999.txt`)).data.content, "9999");
  });

  it("accepts names that are a drive on Windows only", async function () {
    if (process.platform === "win32") this.skip();
    const { api } = await bench({ run: false, data });
    const id = await createId(api, { "index.js": "", "a:b": "1" });
    assert.equal((await api.get(`/v1/apps/${id}/files?path=/a:b`)).data.content, "1");
  });

  it("accepts a zip that is too large for memory", async () => {
    const noise = Buffer.from(Array.from({ length: 5 * 1024 * 1024 }, () => Math.floor(Math.random() * 256)));
    const { api } = await bench({ run: false, data });
    const id = await createId(api, { "index.js": "", noise });
    const answer = await api.get(`/v1/apps/${id}/download?path=/noise`, { responseType: "arraybuffer" });
    assert.ok(noise.equals(answer.data));
    assert.deepEqual(readdirSync(join(data, "incoming")), []);
  });
});
