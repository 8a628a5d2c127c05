/** Random programs and faults: in the end the API has the apps of the program, and another `up` changes nothing. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { type Apps, type FaultBench, openFaultBench, plain } from "./fault-bench";
import type { Rule } from "./fault-server";
import { faults } from "./fault-table";

const seed = Number(process.env["CAMPOS_TEST_SEED"] ?? Date.now() % 100_000);
const walks = Number(process.env["CAMPOS_TEST_WALKS"] ?? 3);

const paths: readonly Pick<Rule, "method" | "path">[] = [
  { method: "POST", path: /\/create$/ },
  { method: "GET", path: /^\/v1\/apps$/ },
  { method: "GET", path: /^\/v1\/apps\/[0-9a-f]{24}$/ },
  { method: "POST", path: /\/(update|upload)$/ },
  { method: "POST", path: /\/(start|stop|restart)$/ },
  { method: "DELETE", path: /\/delete$/ },
  { path: /\/files$/ },
];

// Faults that take a minute or a whole deadline are only in the matrix; a genuine "not found" is trusted.
const leftOut = ["hang-before", "hang-after", "reset-before", "html-502-before", "404"];
const chosen = Object.keys(faults).filter((name) => !leftOut.includes(name));

const app = fc.record({
  source: fc.constantFrom("./v1", "./v2"),
  memoryMB: fc.constantFrom(256, 512),
  running: fc.boolean(),
  exposedViaWeb: fc.boolean(),
});
const program = fc.dictionary(fc.constantFrom("a", "b", "c"), app, { maxKeys: 3 });
const fault = fc.record({
  target: fc.constantFrom(...paths),
  fault: fc.constantFrom(...chosen),
  times: fc.integer({ min: 1, max: 2 }),
});
const step = fc.record({ program, faults: fc.array(fault, { maxLength: 3 }), refresh: fc.boolean() });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const walk = fc.array(step, { minLength: 1, maxLength: 2 });

describe("a random walk", function () {
  this.timeout(400_000);
  let bench: FaultBench;

  before(async () => {
    bench = await openFaultBench();
  });
  after(() => bench.close());

  const take = async ({ program: wanted, faults: scripted, refresh }: Step) => {
    const apps: Apps = Object.fromEntries(
      Object.entries(wanted).map(([name, args]) => [name, { ...plain, ...args }]),
    );
    bench.program(apps);
    for (const { target, fault: name, times } of scripted) {
      const what = faults[name];
      if (what) bench.server.add({ ...target, fault: what, times });
    }
    if (refresh) await bench.stack.refresh();
    const run = await bench.up();
    await bench.server.settled();
    assert.ok(!run.text.includes("Bug in pulumi-camposcloud"), run.text);
    return apps;
  };

  it(`converges, ${walks} times (seed ${seed})`, async () => {
    for (const [number, steps] of fc.sample(walk, { seed, numRuns: walks }).entries()) {
      let apps: Apps = {};
      for (const each of steps) apps = await take(each);
      await bench.assertConverges(apps).catch((error: unknown) => {
        throw new Error(`walk ${number}, ${JSON.stringify(steps, pattern)}: ${text(error)}`);
      });
    }
  });
});

function pattern(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? String(value) : value;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
