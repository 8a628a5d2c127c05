/** SIGKILL of the CLI and the provider at random moments: the next `up` has one app, whatever was in progress. */
import { strict as assert } from "node:assert";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type FaultBench, openFaultBench, plain } from "./fault-bench";

const kills = Number(process.env["CAMPOS_TEST_KILLS"] ?? 4);
const seed = Number(process.env["CAMPOS_TEST_SEED"] ?? Date.now() % 100_000);

/** A small generator of reproducible numbers between 0 and 1. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Processes that run in the folder, the provider's among them. Only where the system shows them as files. */
function processesIn(folder: string): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((pid) => {
    try {
      const inside = readlinkSync(`/proc/${pid}/cwd`) === folder;
      return inside && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("dynamic-provider")
        ? [Number(pid)]
        : [];
    } catch {
      return [];
    }
  });
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  } catch {
    // It has already exited.
  }
}

describe("a killed run", function () {
  this.timeout(60_000 + kills * 20_000);
  let bench: FaultBench;

  before(async () => {
    bench = await openFaultBench({ emulator: { latencyMs: 80 } });
  });
  after(() => bench.close());

  it(`leaves one app after each of ${kills} kills (seed ${seed})`, async () => {
    const random = randomFrom(seed);
    const moments: string[] = [];
    for (let round = 0; round < kills; round++) {
      const name = `app${round}`;
      const apps = { [name]: { ...plain, exposedViaWeb: true, memoryMB: 256 } };
      bench.program(apps);
      const { child, ended } = bench.stack.start("up", "--yes", "--skip-preview");
      const moment = Math.round(600 + random() * 2200);
      const both = random() < 0.5;
      await sleep(moment);
      const providers = both ? processesIn(bench.stack.dir) : [];
      child.kill("SIGKILL");
      for (const pid of providers) kill(pid);
      await ended;
      moments.push(`${moment} ms${both ? " with the provider" : ""}`);
      await bench.stack.run("cancel", "--yes");
      // A provider that keeps running finishes its work.
      if (!both) await sleep(1000);
      const run = await bench.up();
      assert.equal(run.code, 0, `${moments.at(-1)}: ${run.text}`);
      await bench.assertOne([name]).catch((error: unknown) => {
        throw new Error(
          `after a kill at ${moments.at(-1)}: ${error instanceof Error ? error.message : error}`,
        );
      });
    }
    console.log(`      killed at ${moments.join(", ")}`);
  });
});

describe("a run killed at the n-th request of a create", function () {
  this.timeout(600_000);
  let bench: FaultBench;

  before(async () => {
    bench = await openFaultBench();
  });
  after(() => bench.close());

  /** Whether the run got as far as that request. */
  const killAt = async (n: number, withProvider: boolean): Promise<boolean> => {
    const { child, ended } = bench.stack.start("up", "--yes", "--skip-preview");
    let reached = false;
    const exited = once(child, "exit");
    bench.server.watch(async (count) => {
      if (count < n) return true;
      if (count > n) return !withProvider;
      reached = true;
      const providers = withProvider ? processesIn(bench.stack.dir) : [];
      child.kill("SIGKILL");
      for (const pid of providers) kill(pid);
      await exited;
      // If the provider is killed as well, its request never arrives; otherwise it receives the response.
      return !withProvider;
    });
    await ended;
    if (reached) await bench.stack.run("cancel", "--yes");
    return reached;
  };

  for (const [what, withProvider] of [
    ["the CLI", false],
    ["the CLI and the provider", true],
  ] as const) {
    it(`has one app in the end, whenever ${what} died`, async () => {
      let requests = 0;
      for (let n = 1, reached = true; reached && n < 20; n++) {
        bench.program({ [`app${n}`]: { ...plain, minReadySeconds: 0 } });
        reached = await killAt(n, withProvider);
        bench.server.watch(undefined);
        requests = n;
        const run = await bench.up();
        assert.equal(run.code, 0, `request ${n}: ${run.text}`);
        await bench.assertOne([`app${n}`]).catch((error: unknown) => {
          throw new Error(`after a kill at request ${n}: ${error instanceof Error ? error.message : error}`);
        });
        await bench.stack.must("destroy", "--yes", "--skip-preview");
        assert.deepEqual(bench.emulator.apps(), []);
      }
      assert.ok(requests >= 5, `only ${requests} requests`);
    });
  }
});
