/** Real windows of 3 seconds: one process respects them, and two concurrent pipelines both succeed. */
import { strict as assert } from "node:assert";
import { type Apps, type FaultBench, openFaultBench, plain } from "./fault-bench";

const windows = { emulator: { writeWindowSeconds: 3, requestsPerMinute: 180 } };

function twelve(prefix: string, count = 12): Apps {
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

  it("creates twelve apps without a refusal, in the time that the windows require", async () => {
    const bench = await open({
      ...windows,
      stack: { config: { "camposcloud:writeIntervalSeconds": "3" } },
    });
    const apps = twelve("app");
    bench.program(apps);
    const run = await bench.up();
    assert.equal(run.code, 0, run.text);
    const requests = bench.emulator.requests();
    assert.deepEqual(
      requests.filter(({ limited }) => limited),
      [],
    );
    const posts = requests.filter(({ path }) => path.endsWith("/create")).map((each) => each.receivedAt);
    posts.sort((one, other) => one - other);
    const gaps = posts.slice(1).map((at, index) => at - (posts[index] ?? 0));
    console.log(
      `      the twelfth create came ${((posts[11] ?? 0) - (posts[0] ?? 0)) / 1000} s after the first`,
    );
    assert.equal(posts.length, 12);
    assert.ok(
      gaps.every((gap) => gap >= 3000),
      gaps.join(" "),
    );
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
    one.program(twelve("one", 5));
    two.program(twelve("two", 5));
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
    assert.equal(held.length, 10);
  });
});
