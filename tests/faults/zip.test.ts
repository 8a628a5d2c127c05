/** A given zip also gets the marker of a creation, which identifies the app after a lost response. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import JSZip from "jszip";
import { type FaultBench, openFaultBench, plain } from "./fault-bench";

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
    bench = await openFaultBench();
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

  for (const [what, fault] of [
    ["reset", { when: "after", how: "reset" }],
    ["late", { when: "late", how: "reset" }],
    ["502", { when: "after", how: { status: 502 } }],
    ["no id", { when: "after", how: { body: "{}" } }],
  ] as const) {
    it(`finds the app again after a lost response: ${what}`, async () => {
      bench.server.add({ path: /\/create$/, fault });
      const run = await bench.up();
      assert.equal(run.code, 0, run.text);
      await bench.server.settled();
      await bench.assertOne(["web"]);
      await bench.assertConverges({ web: app });
    });
  }

  it("takes over no other app with different files after a lost response", async () => {
    await createOther({ "index.js": "// other\n" });
    bench.server.add({ path: /\/create$/, fault: { when: "after", how: "reset" } });
    const run = await bench.up();
    assert.equal(run.code, 0, run.text);
    const [theirs, ours] = bench.emulator.apps();
    assert.equal(bench.emulator.apps().length, 2);
    assert.equal((await bench.ids()).get("web"), ours?._id);
    assert.notEqual(theirs?._id, ours?._id);
  });

  it("creates a second app next to one with the same name and files", async () => {
    await createOther({ "index.js": "// zip\n", "lib/a.js": "// a\n" });
    const theirs = bench.emulator.apps()[0]?._id;
    bench.server.add({ path: /\/create$/, fault: { when: "after", how: "reset" } });
    const run = await bench.up();
    assert.equal(run.code, 0, run.text);
    assert.equal(bench.emulator.apps().length, 2);
    assert.notEqual((await bench.ids()).get("web"), theirs);
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
