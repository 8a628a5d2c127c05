/** A given zip also gets the marker of a creation, which identifies the app after a lost response. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import JSZip from "jszip";
import { type FaultBench, openFaultBench, plain } from "./fault-bench";
import type { Fault } from "./fault-server";

const app = { ...plain, source: "./app.zip" };

async function zipOf(files: Record<string, string>): Promise<Buffer> {
  const zip = new JSZip();
  for (const [path, text] of Object.entries(files)) zip.file(path, text);
  return zip.generateAsync({ type: "nodebuffer" });
}

describe("a zip as source", function () {
  this.timeout(120_000);
  let bench: FaultBench;

  beforeEach(async () => {
    bench = await openFaultBench({ accounts: 4 });
    const zip = await zipOf({ "index.js": "// zip\n", "lib/a.js": "// a\n" });
    writeFileSync(join(bench.stack.dir, "app.zip"), zip);
    bench.program({ web: app });
  });
  afterEach(() => bench.close());

  /** An app of someone else. */
  const createOther = async (files: Record<string, string>): Promise<void> => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ appName: "web", mainFile: "index.js", memoryMB: "256" }))
      form.set(name, value);
    form.set("runtimeEnvironment", "nodejs");
    form.set("file", new Blob([new Uint8Array(await zipOf(files))]), "file.zip");
    const headers = { authorization: `Bearer ${bench.emulator.token}` };
    const answer = await fetch(`${bench.emulator.url}/v1/apps/create`, {
      method: "POST",
      headers,
      body: form,
    });
    assert.equal(answer.status, 201);
  };

  it("finds each app again after a lost response", async () => {
    const losses: Record<string, Fault> = {
      reset: { when: "after", how: "reset" },
      late: { when: "late", how: "reset" },
      502: { when: "after", how: { status: 502 } },
      "no-id": { when: "after", how: { body: "{}" } },
    };
    const names = Object.keys(losses);
    const apps = Object.fromEntries(names.map((name, at) => [name, { ...app, account: `a${at}` }]));
    bench.program(apps);
    for (const [name, fault] of Object.entries(losses))
      bench.server.add({ path: /\/create$/, app: name, fault });
    const run = await bench.up();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.server.unused(), []);
    await bench.server.settled();
    await bench.assertOne(names);
    await bench.assertConverges(apps);
  });

  it("creates its own app next to others with the same name, also after a lost response", async () => {
    await createOther({ "index.js": "// other\n" });
    await createOther({ "index.js": "// zip\n", "lib/a.js": "// a\n" });
    const theirs = bench.emulator.apps().map((each) => each._id);
    bench.server.add({ path: /\/create$/, fault: { when: "after", how: "reset" } });
    const run = await bench.up();
    assert.equal(run.code, 0, run.text);
    const ours = bench.emulator.apps().filter((each) => !theirs.includes(each._id));
    assert.equal(bench.emulator.apps().length, 3);
    assert.deepEqual(
      [...(await bench.ids()).values()],
      ours.map((each) => each._id),
    );
  });

  it("creates two apps with the same name from one zip, and loses neither of them", async () => {
    bench.program({ one: { ...app, appName: "twin" }, two: { ...app, appName: "twin" } });
    bench.server.add({ path: /\/create$/, fault: { when: "after", how: "reset" }, times: 2 });
    const run = await bench.up();
    assert.equal(run.code, 0, run.text);
    const held = [...(await bench.ids()).values()].sort();
    assert.deepEqual(
      held,
      bench.emulator
        .apps()
        .map((each) => each._id)
        .sort(),
    );
    assert.equal(new Set(held).size, 2);
  });
});
