/** A source that changes between check and upload: nothing is uploaded, the error lists the files, and the next `up` deploys it. */
import { strict as assert } from "node:assert";
import { type FaultBench, openFaultBench, plain } from "./fault-bench";

describe("a source that changes after its check", function () {
  this.timeout(180_000);
  let bench: FaultBench;

  before(async () => {
    bench = await openFaultBench();
  });
  after(() => bench.close());

  /** Runs an `up` during which the source changes on this request, which is sent after the check and before packing. */
  const assertRejected = async (request: RegExp, source: string) => {
    bench.server.watch(({ method, path }) => {
      if (request.test(`${method} ${path}`)) bench.stack.write({ "v1/index.js": source });
      return true;
    });
    bench.emulator.clearRequests();
    const run = await bench.up();
    bench.server.watch(undefined);
    assert.notEqual(run.code, 0, run.text);
    assert.match(run.text, /changed after it was checked, and nothing was uploaded: index\.js\./);
    const uploads = bench.emulator.requests().filter(({ path }) => /\/(create|upload)$/.test(path));
    assert.deepEqual(uploads, []);
  };

  it("fails a create, and is deployed by the next up", async () => {
    const apps = { web: plain };
    bench.program(apps);
    await assertRejected(/^GET \/v1\/apps$/, "// changed during the creation\n");
    assert.deepEqual([(await bench.ids()).size, bench.emulator.apps().length], [0, 0]);
    await bench.assertConverges(apps);
  });

  it("fails an update, which keeps the deployed hash in the state, and is deployed by the next up", async () => {
    const hash = async () => (await bench.stack.apps())[0]?.outputs["sourceHash"];
    const deployed = await hash();
    const apps = { web: { ...plain, memoryMB: 512 } };
    bench.program(apps);
    bench.stack.write({ "v1/index.js": "// changed before the update\n" });
    await assertRejected(/\/update$/, "// changed during the update\n");
    assert.equal(await hash(), deployed);
    await bench.assertConverges(apps);
    assert.notEqual(await hash(), deployed);
  });
});
