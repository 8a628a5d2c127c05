/** Ctrl-C: waits end immediately, the state is correct, and the next `up` continues with the same app. */
import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { type Adapter, dynamic, native } from "../support/adapters";
import { type Bench, openBench } from "../support/campos-stack";

const app = {
  source: "./app",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: 256,
  exposedViaWeb: true,
  minReadySeconds: 0,
};

for (const adapter of [dynamic, native])
  describe(`an interrupted run${adapter.suffix}`, () => defineTests(adapter));

function defineTests(adapter: Adapter): void {
  let bench: Bench;

  const apps = (web: object) => ({ "apps.json": JSON.stringify({ web }) });

  beforeEach(async () => {
    bench = await openBench({
      emulator: { run: false, bootSeconds: 60 },
      files: { ...adapter.files, "index.js": adapter.program, ...apps(app) },
    });
  });
  afterEach(() => bench.close());

  const until = async (happened: () => boolean) => {
    for (let waited = 0; waited < 30_000; waited += 50) {
      if (happened()) return;
      await sleep(50);
    }
    throw new Error("it did not happen within 30 s");
  };

  const goesOn = async () => {
    const id = bench.emulator.apps()[0]?._id;
    bench.stack.write(apps({ ...app, waitForOnline: false }));
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(
      bench.emulator.apps().map((app) => app._id),
      [id],
    );
    assert.equal((await bench.stack.apps())[0]?.id, id);
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
  };

  it("aborts a wait on Ctrl-C, with the app in the state", async () => {
    const { child, ended } = bench.stack.start("up", "--yes", "--skip-preview");
    await until(() => bench.emulator.apps().length === 1);
    await sleep(1500);
    child.kill("SIGINT");
    const run = await ended;
    assert.notEqual(run.code, 0);
    assert.match(run.text, /is not online yet.*The run was canceled/);
    const [app] = await bench.stack.apps();
    assert.equal(app?.id, bench.emulator.apps()[0]?._id);
    assert.equal(app?.initErrors?.length, 1);
    await goesOn();
  });

  it("completes a create in progress on Ctrl-C", async () => {
    bench.emulator.fault({ path: "/v1/apps/create", when: "after", delayMs: 3000 });
    const { child, ended } = bench.stack.start("up", "--yes", "--skip-preview");
    await until(() => bench.emulator.apps().length === 1);
    child.kill("SIGINT");
    await ended;
    assert.equal((await bench.stack.apps())[0]?.id, bench.emulator.apps()[0]?._id);
    await goesOn();
  });
}
