/** The key and the values of variables stay out of state, output, logs, file names and arguments, in every encoding. */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { masker } from "../../provider/engine/masking";
import { type Adapter, dynamic, native } from "../support/adapters";
import { type FaultBench, openFaultBench, plain } from "./fault-bench";

const token = "tok3n/of+the=secrets&test";
const password = 'p4ss "wörd"/+<of>&the=test\nsecond line';

function encodingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ v: secret }).toString().slice(2),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    encodeURIComponent(bytes.toString("base64")),
    bytes.toString("hex"),
  ];
}

/** The middle of the base64 form of a secret that follows other text. */
function piecesOf(secret: string): string[] {
  return ["", "x", "xy"].map((before) =>
    Buffer.from(`${before}${secret}`)
      .toString("base64")
      .slice(before.length + 3, -6),
  );
}

function assertFree(text: string, what: string): void {
  for (const secret of [token, password]) {
    for (const form of [...encodingsOf(secret), ...piecesOf(secret)])
      assert.ok(!text.includes(form), `${what} shows ${form}`);
  }
}

for (const adapter of [dynamic, native])
  describe(`secrets${adapter.suffix}`, function () {
    this.timeout(300_000);
    defineTests(adapter);
  });

function defineTests(adapter: Adapter): void {
  let bench: FaultBench;
  let temp: string;

  before(async () => {
    temp = mkdtempSync(join(tmpdir(), "campos-secrets-"));
    bench = await openFaultBench({ adapter, emulator: { token }, stack: { env: { TMPDIR: temp } } });
  });
  after(async () => {
    await bench.close();
    rmSync(temp, { recursive: true, force: true });
  });

  const app = { ...plain, environmentVariables: { PASSWORD: password } };
  const echo = () => {
    const all = [token, password].flatMap((secret) => [
      ...encodingsOf(secret),
      `Bearer ${secret}`,
      Buffer.from(`Bearer ${secret}`).toString("base64"),
      Buffer.from(JSON.stringify([{ key: "PASSWORD", value: secret }])).toString("base64"),
    ]);
    return all;
  };

  const everything = async (output: string) => {
    assertFree(output, "the output");
    assertFree(await bench.stack.stateText(), "the state");
    for (const file of filesUnder(bench.stack.dir)) {
      // The program contains what the test wrote, and a checkpoint is a copy of the state.
      if (file.endsWith("apps.json")) continue;
      assertFree(file, "a file's name");
      assertFree(readFileSync(file, "latin1"), file);
    }
    for (const file of filesUnder(temp)) assertFree(file, "a temporary file's name");
  };

  it("are masked if a response echoes them in any encoding", async () => {
    bench.program({ web: app });
    for (const words of echo()) {
      for (const body of [
        JSON.stringify({ error: "Bad", message: `you sent ${words}` }),
        `${"x".repeat(285)}${words}`,
      ]) {
        bench.server.add({ path: /\/create$/, fault: { when: "before", how: { status: 400, body } } });
      }
    }
    while (bench.server.unused().length > 0) {
      const apps = Object.fromEntries(
        bench.server
          .unused()
          .slice(0, 40)
          .map((_, at) => [`web${at}`, app]),
      );
      bench.program(apps);
      const run = await bench.up();
      assert.notEqual(run.code, 0);
      assert.match(run.text, /answered 400/);
      assert.match(run.text, /\[secret\]/);
      await everything(run.text);
      for (const piece of ["tok3n/of+the", "p4ss "]) assert.ok(!run.text.includes(piece), run.text);
    }
  });

  it("are in no failure reason stored in the state", async () => {
    bench.server.clear();
    bench.program({ web: app });
    const first = await bench.up();
    assert.equal(first.code, 0, first.text);
    bench.program({ web: { ...app, memoryMB: 512 } });
    const body = JSON.stringify({ error: echo().join(" ") });
    bench.server.add({ path: /\/update$/, fault: { when: "before", how: { status: 400, body } } });
    const run = await bench.up();
    assert.notEqual(run.code, 0);
    assert.equal((await bench.stack.apps())[0]?.initErrors?.length, 1);
    await everything(run.text);
  });

  it("are in no process's arguments and in no temporary file during a create", async () => {
    bench.server.add({ path: /\/create$/, fault: { when: "after", how: "hang" } });
    const opts = { customTimeouts: { create: "10s" } };
    bench.program({ slow: { ...app, opts } });
    const running = bench.up();
    let ended = false;
    void running.then(() => {
      ended = true;
    });
    // The server delays the response, so the create is in flight from here on.
    while (!ended && bench.server.unused().length > 0) await sleep(50);
    assert.ok(!ended, "the create has not been sent");
    const listed = execFileSync("ps", ["-eo", "args"], { encoding: "utf8", maxBuffer: 1e8 });
    assertFree(listed, "a process's arguments");
    for (const file of filesUnder(temp)) assertFree(textOf(file), file);
    // Whether or not the app is found again in time, nothing shows a secret.
    await everything((await running).text);
  });

  it("are not in the zip", () => {
    const records = bench.emulator.requests().filter(({ path }) => path.endsWith("/create"));
    assert.ok(records.length > 0);
    assertFree(JSON.stringify(records), "a request");
  });
}

describe("the masker", () => {
  it("does not mask other words", () => {
    const text = "Could not create the app (POST /v1/apps/create): the API answered 400.";
    assert.equal(masker([token, password, "abc"])(text), text);
  });

  it("finds a secret within a longer encoded text", () => {
    for (const before of ["", "a", "ab", "abc", "Bearer "]) {
      const text = Buffer.from(`${before}${token} and more`).toString("base64");
      assert.match(masker([token])(text), /\[secret\]/, before);
    }
  });
});

/** Empty for a file that has been deleted since. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "latin1") : "";
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === "node_modules" || name === ".home") return [];
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined || stats.isSocket() || stats.isFIFO()) return [];
    return stats.isDirectory() ? filesUnder(path) : [path];
  });
}
