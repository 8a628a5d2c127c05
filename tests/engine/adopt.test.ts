/** Apps that were made elsewhere: read with `get`, taken over with `adopt`, or brought in by `camposcloud-adopt`. */
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import FormData from "form-data";
import JSZip from "jszip";
import { type Bench, openBench, program, serverSource, simpleApp } from "../support/campos-stack";

/** Makes an app as the dashboard would. */
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

const quick = {
  emulator: { run: false, writeWindowSeconds: 0 },
  config: { "camposcloud:writeIntervalSeconds": "0" },
};

describe("adopting", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench(quick);
  });
  afterEach(() => bench.close());

  it("takes an app over instead of creating one, settings and source applied, and deletes it in the end", async () => {
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

  it("says that there is no app to adopt, and creates none", async () => {
    bench.stack.write({
      "index.js": program(simpleApp.replace("}", ', adopt: "64a0000000000000000000ff" }')),
    });
    const run = await bench.stack.up();
    assert.match(run.text, /There is no app 64a0000000000000000000ff to adopt in this account/);
    assert.deepEqual(bench.writes(), []);
  });

  it("makes its own app beside one of the same name and the same files that was made by hand", async () => {
    const id = await makeByHand(bench, { appName: "web" });
    bench.stack.write({ "app/old.txt": "theirs" });
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.equal(bench.emulator.apps().length, 2);
    assert.notEqual((await bench.stack.apps())[0]?.id, id);
  });

  it("reads an app with get, and never deletes it", async () => {
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

  it("brings apps into the stack with camposcloud-adopt: only the first upload is left to do", async () => {
    assert.equal((await bench.stack.up()).code, 0);
    const first = await makeByHand(bench);
    const second = await makeByHand(bench, { appName: "Olá bot", memoryMB: "256", exposedViaWeb: "true" });
    const state = await bench.stack.stateText();
    bench.stack.write({ "state.json": state });
    const tool = resolve(__dirname, "../../dist/provider/adopt/cli.js");
    const { stdout: said } = await promisify(execFile)(process.execPath, [tool, "--state", "state.json"], {
      cwd: bench.stack.dir,
      env: {
        ...process.env,
        CAMPOSCLOUD_TOKEN: bench.emulator.token,
        CAMPOSCLOUD_BASE_URL: bench.emulator.url,
      },
    });
    assert.match(said, /Wrote adopted\.ts and adopted\.json for 2 apps/);
    const fragment = readFileSync(join(bench.stack.dir, "adopted.ts"), "utf8");
    assert.match(fragment, /export const handmade = new CamposApp\("handmade", \{/);
    assert.match(fragment, /export const olaBot = new CamposApp\("ola-bot", \{/);
    const code = fragment.replace(/import .*\n/, "").replaceAll("export const", "const");
    bench.stack.write({
      "index.js": `${program(simpleApp)}\n${code}`,
      "handmade/index.js": serverSource,
      "ola-bot/index.js": serverSource,
    });
    await bench.stack.must(
      "import",
      "--file",
      "adopted.json",
      "--generate-code=false",
      "--protect=false",
      "--yes",
    );
    const steps = await bench.stack.steps();
    for (const name of ["handmade", "ola-bot"]) {
      assert.equal(steps[name]?.op, "update");
      const names = Object.keys(steps[name]?.detailedDiff ?? {});
      assert.deepEqual(
        names.filter((each) => !each.startsWith("source")),
        [],
        name,
      );
    }
    bench.calls();
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.writes().sort(), [
      "POST /v1/apps/ID/restart",
      "POST /v1/apps/ID/restart",
      "POST /v1/apps/ID/upload",
      "POST /v1/apps/ID/upload",
    ]);
    const ids = bench.emulator.apps().map((app) => app._id);
    assert.ok(ids.includes(first) && ids.includes(second) && ids.length === 3);
    assert.equal((await bench.stack.refresh("--expect-no-changes")).code, 0);
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
  });
});
