/** The lifecycle of an app on the real engine, as a user sees it. */
import { strict as assert } from "node:assert";
import { type Bench, openBench, program, serverSource, simpleApp, visit } from "../support/campos-stack";

describe("the lifecycle of an app on the real engine", () => {
  let bench: Bench;

  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  it("previews a create without requests to the API", async () => {
    const step = (await bench.stack.steps())["web"];
    assert.equal(step?.op, "create");
    assert.equal(step.newState?.inputs["memoryMB"], 256);
    assert.equal(step.newState?.inputs["name"], "web");
    assert.deepEqual(bench.calls(), []);
  });

  it("creates the app, waits until it is online and returns its URL", async () => {
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.match(run.text, /waiting until the app is online/);
    const { url, online } = await bench.stack.outputs();
    assert.equal(online, true);
    assert.equal(await visit(String(url)), "hello world");
    assert.deepEqual(bench.writes(), [
      "POST /v1/apps/create",
      "POST /v1/apps/ID/start",
      "DELETE /v1/apps/ID/files",
    ]);
  });

  it("does nothing if nothing has changed", async () => {
    const run = await bench.stack.up("--expect-no-changes");
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.calls(), []);
  });

  it("refreshes twice without a difference or a change", async () => {
    for (let round = 1; round <= 2; round++) {
      const run = await bench.stack.refresh("--expect-no-changes");
      assert.equal(run.code, 0, run.text);
    }
    assert.equal((await bench.stack.preview("--expect-no-changes")).code, 0);
    assert.deepEqual(bench.writes(), []);
  });

  it("shows changed, new and missing files in a preview", async () => {
    bench.stack.write({ "app/index.js": serverSource.replace("hello", "bye"), "app/new.txt": "new" });
    const { text } = await bench.stack.preview("--diff");
    assert.match(text, /~ index\.js\s*: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);
    assert.match(text, /\+ new\.txt\s*: "[0-9a-f]{12}"/);
    assert.deepEqual(bench.calls(), []);
  });

  it("uploads a changed source and restarts once", async () => {
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.writes(), ["POST /v1/apps/ID/upload", "POST /v1/apps/ID/restart"]);
    assert.equal(await visit(String((await bench.stack.outputs())["url"])), "bye world");
  });

  it("deletes files that only the previous deployment had", async () => {
    bench.stack.remove("app/new.txt");
    assert.equal((await bench.stack.up()).code, 0);
    assert.deepEqual(bench.writes(), [
      "POST /v1/apps/ID/upload",
      "DELETE /v1/apps/ID/files",
      "POST /v1/apps/ID/restart",
    ]);
  });

  it("changes settings in place with one request and the restart that the API requires", async () => {
    bench.stack.write({ "index.js": program(simpleApp.replace("memoryMB: 256", "memoryMB: 512")) });
    const step = (await bench.stack.steps())["web"];
    assert.equal(step?.op, "update");
    assert.deepEqual(Object.keys(step.detailedDiff ?? {}).sort(), ["allocatedMemoryMB", "memoryMB"]);
    assert.equal((await bench.stack.up()).code, 0);
    assert.deepEqual(bench.writes(), ["POST /v1/apps/ID/update", "POST /v1/apps/ID/restart"]);
    assert.equal(bench.emulator.apps()[0]?.allocatedMemoryMB, 512);
  });

  it("changes nothing if the source only moved", async () => {
    bench.stack.write({ "elsewhere/index.js": serverSource.replace("hello", "bye") });
    bench.stack.write({
      "index.js": program(
        simpleApp.replace("memoryMB: 256", "memoryMB: 512").replace("./app", "./elsewhere"),
      ),
    });
    const run = await bench.stack.up("--expect-no-changes");
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.calls(), []);
  });

  it("replaces the app for another main file and deletes the old one first", async () => {
    bench.stack.write({ "app/main.js": serverSource });
    bench.stack.write({ "index.js": program(simpleApp.replace('"index.js"', '"main.js"')) });
    const before = (await bench.stack.apps())[0]?.id;
    const step = (await bench.stack.steps())["web"];
    assert.deepEqual(step?.replaceReasons, ["mainFile"]);
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.writes(), [
      "DELETE /v1/apps/ID/delete",
      "POST /v1/apps/create",
      "POST /v1/apps/ID/start",
      "DELETE /v1/apps/ID/files",
    ]);
    const after = (await bench.stack.apps())[0]?.id;
    assert.notEqual(after, before);
    assert.deepEqual(
      bench.emulator.apps().map((app) => app._id),
      [after],
    );
  });

  it("deletes the app", async () => {
    const run = await bench.stack.destroy();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.emulator.apps(), []);
    assert.deepEqual(await bench.stack.apps(), []);
  });

  it("succeeds if an app to delete no longer exists", async () => {
    assert.equal((await bench.stack.up()).code, 0);
    const id = (await bench.stack.apps())[0]?.id;
    const gone = await fetch(`${bench.emulator.url}/v1/apps/${id}/delete`, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${bench.emulator.token}` },
    });
    assert.equal(gone.status, 200);
    const run = await bench.stack.destroy();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(await bench.stack.apps(), []);
  });
});
