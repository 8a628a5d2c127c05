/** Real windows of 3 seconds: one process respects them, and two concurrent pipelines both succeed. */
import { strict as assert } from "node:assert";
import { type Apps, type FaultBench, openFaultBench, plain } from "./fault-bench";

const windows = { emulator: { writeWindowSeconds: 3, requestsPerMinute: 180 } };

function several(prefix: string, count: number): Apps {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`${prefix}${at}`, plain]));
}

describe("the API's limits", function () {
  this.timeout(240_000);
  const benches: FaultBench[] = [];
  const open = async (...options: Parameters<typeof openFaultBench>) => {
    const bench = await openFaultBench(...options);
    benches.push(bench);
    return bench;
  };
  afterEach(async () => {
    for (const bench of benches.splice(0)) await bench.close();
  });

  it("creates five apps without a refusal", async () => {
    const bench = await open({
      ...windows,
      stack: { config: { "camposcloud:writeIntervalSeconds": "3" } },
    });
    const apps = several("app", 5);
    bench.program(apps);
    const run = await bench.up();
    assert.equal(run.code, 0, run.text);
    const requests = bench.emulator.requests();
    assert.deepEqual(
      requests.filter(({ limited }) => limited),
      [],
    );
    assert.equal(requests.filter(({ path }) => path.endsWith("/create")).length, 5);
    await bench.assertOne(Object.keys(apps));
  });

  it("lets two pipelines on one account both succeed", async () => {
    const one = await open({ ...windows, stack: { config: { "camposcloud:writeIntervalSeconds": "3" } } });
    const two = await open({
      stack: {
        project: "other",
        config: { "camposcloud:baseUrl": one.server.url, "camposcloud:writeIntervalSeconds": "3" },
      },
    });
    one.program(several("one", 3));
    two.program(several("two", 3));
    const runs = await Promise.all([one.up(), two.up()]);
    for (const run of runs) assert.equal(run.code, 0, run.text);
    const limited = one.emulator.requests().filter((each) => each.limited).length;
    console.log(`      ${limited} requests were refused and sent again`);
    const held = [...(await one.ids()).values(), ...(await two.ids()).values()].sort();
    assert.deepEqual(
      held,
      one.emulator
        .apps()
        .map((app) => app._id)
        .sort(),
    );
    assert.equal(held.length, 6);
  });
});
