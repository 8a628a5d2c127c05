/** Owns fuzzing of unpacking: thousands of random, wrong, truncated and damaged zips are unpacked correctly or refused with a message. */
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, unpack } from "../../emulator/api/unpack";
import { Refusal } from "../../emulator/errors";
import { zipOf } from "./support/client";

const CASES = 10_000;
const SEED = 20_261_130;

/** A generator whose numbers are the same on every run (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

const SIGNATURES = [0x02014b50, 0x04034b50, 0x06054b50];
const ODD_NUMBERS = [0, 1, 0xff, 0xffff, 0x7fffffff, 0xffffffff, 0xfffffffe];

function signaturesIn(zip: Buffer, signature: number): number[] {
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(signature);
  const found: number[] = [];
  for (let at = zip.indexOf(mark); at >= 0; at = zip.indexOf(mark, at + 1)) found.push(at);
  return found;
}

type Random = (below: number) => number;

const WAYS: Record<string, (zip: Buffer, random: Random) => Buffer> = {
  "one byte": (zip, random) => {
    zip[random(zip.length)] = random(256);
    return zip;
  },
  "several bytes": (zip, random) => {
    for (let count = 1 + random(20); count > 0; count -= 1) zip[random(zip.length)] = random(256);
    return zip;
  },
  "a number of a header": (zip, random) => {
    const places = signaturesIn(zip, SIGNATURES[random(3)] ?? 0);
    const at = (places[random(places.length)] ?? 0) + 4 + 2 * random(20);
    if (at + 4 <= zip.length) zip.writeUInt32LE(ODD_NUMBERS[random(ODD_NUMBERS.length)] ?? 0, at);
    return zip;
  },
  "cut off": (zip, random) => zip.subarray(0, random(zip.length)),
  "begun late": (zip, random) => zip.subarray(random(zip.length)),
  "a part doubled": (zip, random) => {
    const at = random(zip.length);
    return Buffer.concat([zip.subarray(0, at), zip.subarray(random(zip.length))]);
  },
  noise: (_zip, random) => Buffer.from(Array.from({ length: random(300) }, () => random(256))),
};

describe("emulator: unpacking arbitrary zips", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "emulator-fuzz-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

  async function attempt(zip: Buffer, target: string): Promise<"unpacked" | "refused"> {
    try {
      const files = await unpack({ bytes: zip.length, sha256: "", content: zip }, target);
      for (const { path, sha256: hash } of files)
        assert.equal(sha256(readFileSync(join(target, path))), hash);
      return "unpacked";
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      assert.equal(error.status, 400, error.message);
      assert.doesNotMatch(error.message, /\n|undefined|NaN/);
      return "refused";
    }
  }

  it(`unpacks correctly or refuses ${CASES} of them, and writes nowhere else`, async function () {
    this.timeout(300_000);
    const random = randomFrom(SEED);
    const originals = [
      await zipOf({
        "index.js": "console.log(1);",
        "a/b.txt": "x".repeat(2000),
        "ü.bin": Buffer.alloc(40, 7),
      }),
      await zipOf({ "main.py": "print(1)" }),
      await zipOf({ "index.js": "x".repeat(300) }),
    ];
    const outcomes = new Map<string, number>();
    for (let index = 0; index < CASES; index += 1) {
      const [name = "", change] = Object.entries(WAYS)[index % Object.keys(WAYS).length] ?? [];
      const original = originals[random(originals.length)];
      if (!change || !original) throw new Error("No way to change it.");
      const target = join(folder, "inner", "target");
      const outcome = await attempt(change(Buffer.from(original), random), target).catch((cause: unknown) => {
        throw new Error(`Case ${index} (${name}) of seed ${SEED} failed.`, { cause });
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (existsSync(target)) rmSync(target, { recursive: true });
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name !== "inner"),
      [],
    );
    for (const outcome of ["unpacked", "refused"])
      assert.ok((outcomes.get(outcome) ?? 0) > CASES / 50, outcome);
  });

  it("does the same from a file, with entries that are inflated in chunks", async () => {
    const noise = Buffer.from(Array.from({ length: 3 * 1024 ** 2 }, (_, index) => (index * index) >>> 7));
    const zip = await zipOf({ "index.js": "", noise });
    const path = join(folder, "large.zip");
    const { writeFileSync } = await import("node:fs");
    writeFileSync(path, zip);
    const target = join(folder, "large");
    await unpack({ bytes: zip.length, sha256: "", content: { path } }, target);
    assert.ok(noise.equals(readFileSync(join(target, "noise"))));
    for (const at of [zip.length >> 1, zip.length >> 2]) {
      const damaged = Buffer.from(zip);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      writeFileSync(path, damaged);
      const other = join(folder, `damaged-${at}`);
      await assert.rejects(unpack({ bytes: zip.length, sha256: "", content: { path } }, other), Refusal);
      assert.ok(!existsSync(join(other, "noise")) || statSync(join(other, "noise")).size <= noise.length);
    }
  });

  it("has its own checksum for versions of Node.js without one", () => {
    const bytes = Buffer.from("123456789");
    for (const own of [null, undefined]) {
      assert.equal(crc32(bytes, 0, own), 0xcbf43926);
      assert.equal(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4), 0, own), own), 0xcbf43926);
    }
  });
});
