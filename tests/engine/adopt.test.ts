/** Existing apps: read with `get`, taken over with `adopt` or with the code of `camposcloud-adopt`. */
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import FormData from "form-data";
import JSZip from "jszip";
import { type Bench, openBench, program, serverSource, simpleApp } from "../support/campos-stack";

/** Creates an app as the dashboard would. */
async function makeByHand(bench: Bench, fields: Record<string, string> = {}): Promise<string> {
  const zip = new JSZip().file("index.js", serverSource).file("old.txt", "theirs");
  const form = new FormData();
  const usual = { appName: "handmade", mainFile: "index.js", memoryMB: "512", runtimeEnvironment: "nodejs" };
  for (const [name, value] of Object.entries({ ...usual, ...fields })) form.append(name, value);
  form.append("file", await zip.generateAsync({ type: "nodebuffer" }), "file.zip");
  const answer = await fetch(`${bench.emulator.url}/v1/apps/create`, {
    method: "POST",
    headers: { Authorization: `Bearer ${bench.emulator.token}`, ...form.getHeaders() },
    body: new Uint8Array(form.getBuffer()),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return ((await answer.json()) as { _id: string })._id;
}

/** The output of the command. */
async function adopt(bench: Bench, ...args: string[]): Promise<string> {
  const tool = resolve(__dirname, "../../dist/provider/adopt/cli.js");
  const env = {
    ...process.env,
    CAMPOSCLOUD_TOKEN: bench.emulator.token,
    CAMPOSCLOUD_BASE_URL: bench.emulator.url,
  };
  const run = promisify(execFile)(process.execPath, [tool, ...args], { cwd: bench.stack.dir, env });
  return (await run).stdout;
}

const quick = {
  emulator: { run: false, writeWindowSeconds: 0 },
  config: { "camposcloud:writeIntervalSeconds": "0" },
};

describe("adopting", function () {
  this.timeout(300_000);
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench(quick);
  });
  afterEach(() => bench.close());

  it("takes over an app instead of creating one, applies settings and source, and deletes it on destroy", async () => {
    const id = await makeByHand(bench);
    bench.calls();
    bench.stack.write({ "index.js": program(simpleApp.replace("}", `, adopt: "${id}" }`)) });
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.writes(), [
      "POST /v1/apps/ID/update",
      "POST /v1/apps/ID/upload",
      "POST /v1/apps/ID/restart",
    ]);
    const app = bench.emulator.apps()[0];
    assert.deepEqual(
      [app?._id, app?.name, app?.allocatedMemoryMB, app?.exposedViaWeb],
      [id, "web", 256, true],
    );
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
    bench.stack.write({ "index.js": program(simpleApp) });
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
    assert.equal((await bench.stack.destroy()).code, 0);
    assert.deepEqual(bench.emulator.apps(), []);
  });

  it("reports a missing app to adopt, and creates none", async () => {
    bench.stack.write({
      "index.js": program(simpleApp.replace("}", ', adopt: "64a0000000000000000000ff" }')),
    });
    const run = await bench.stack.up();
    assert.match(run.text, /There is no app 64a0000000000000000000ff to adopt in this account/);
    assert.deepEqual(bench.writes(), []);
  });

  it("creates a second app next to one with the same name and files that was created by hand", async () => {
    const id = await makeByHand(bench, { appName: "web" });
    bench.stack.write({ "app/old.txt": "theirs" });
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.equal(bench.emulator.apps().length, 2);
    assert.notEqual((await bench.stack.apps())[0]?.id, id);
  });

  it("reads an app with get and never deletes it", async () => {
    const id = await makeByHand(bench);
    const reading = (appId: string) =>
      `const { CamposApp } = require("pulumi-camposcloud"); const app = CamposApp.get("theirs", ${JSON.stringify(appId)}); exports.memory = app.allocatedMemoryMB; exports.name = app.name;`;
    bench.stack.write({ "index.js": reading(id) });
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(await bench.stack.outputs(), { memory: 512, name: "handmade" });
    assert.equal((await bench.stack.destroy()).code, 0);
    assert.equal(bench.emulator.apps().length, 1);
    bench.stack.write({ "index.js": reading("64a0000000000000000000ff") });
    assert.match(
      (await bench.stack.preview()).text,
      /There is no CamposCloud app with the id "64a0000000000000000000ff"/,
    );
    bench.stack.write({ "index.js": reading("") });
    assert.match((await bench.stack.preview()).text, /CamposApp.get needs the id of an app/);
  });

  it("adopts apps with the code of camposcloud-adopt, with one upload each", async () => {
    assert.equal((await bench.stack.up()).code, 0);
    const command = { startupCommand: "node index.js" };
    const first = await makeByHand(bench, { ...command, autoRestartEnabled: "true" });
    const second = await makeByHand(bench, { appName: "Überblick", memoryMB: "256", exposedViaWeb: "true" });
    await makeByHand(bench, { appName: "public" });
    await makeByHand(bench, { appName: "2048" });
    bench.stack.write({ "state.json": await bench.stack.stateText() });
    bench.calls();
    assert.match(await adopt(bench, "--state", "state.json"), /Wrote adopted\.ts for 4 apps/);
    assert.deepEqual(bench.writes(), []);
    const code = readFileSync(join(bench.stack.dir, "adopted.ts"), "utf8");
    assert.match(code, /startupCommand: "node index.js",/);
    assert.ok(!/\bexport\b/.test(code), code);
    const folders = ["handmade", "uberblick", "public", "2048"];
    bench.stack.write({
      "index.js": `${program(simpleApp)}\n${code.replace(/import .*\n/, "")}`,
      ...Object.fromEntries(folders.map((name) => [`${name}/index.js`, serverSource])),
    });
    const steps = await bench.stack.steps();
    assert.deepEqual(
      folders.map((name) => steps[name]?.op),
      ["create", "create", "create", "create"],
    );
    bench.calls();
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(
      bench.writes().filter((call) => call !== "POST /v1/apps/ID/restart"),
      Array(4).fill("POST /v1/apps/ID/upload"),
    );
    const ids = bench.emulator.apps().map((app) => app._id);
    assert.ok(ids.includes(first) && ids.includes(second) && ids.length === 5);
    assert.equal((await bench.stack.refresh("--expect-no-changes")).code, 0);
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
    bench.stack.write({ "state.json": await bench.stack.stateText() });
    assert.match(
      await adopt(bench, "--state", "state.json", "--yes"),
      /already manages every app of the account/,
    );
    bench.stack.write({
      "index.js": readFileSync(join(bench.stack.dir, "index.js"), "utf8").replace(/ {2}adopt: .*\n/g, ""),
    });
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
  });
});
