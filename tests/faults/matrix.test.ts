/** Every endpoint times every fault on the real engine: no app is created twice or lost, and the next `up` converges. */
import { strict as assert } from "node:assert";
import type { Run } from "../support/stack";
import { type Apps, errorsByName, type FaultBench, openFaultBench, plain } from "./fault-bench";
import type { Rule } from "./fault-server";
import { faults } from "./fault-table";

type Target = Pick<Rule, "method" | "path">;

const targets = {
  create: { method: "POST", path: /\/create$/ },
  get: { method: "GET", path: /^\/v1\/apps\/[0-9a-f]{24}$/ },
  settings: { method: "POST", path: /\/update$/ },
  upload: { method: "POST", path: /\/upload$/ },
  prune: { method: "DELETE", path: /\/files$/ },
  restart: { method: "POST", path: /\/restart$/ },
  start: { method: "POST", path: /\/start$/ },
  stop: { method: "POST", path: /\/stop$/ },
  delete: { method: "DELETE", path: /\/delete$/ },
} as const satisfies Record<string, Target>;

type TargetName = keyof typeof targets;

/** Limits how long a hanging request is waited for. */
const opts = { customTimeouts: { create: "80s", update: "60s", delete: "60s" } };
const patient = { customTimeouts: { create: "5m", update: "5m", delete: "60s" } };

const secret = "matrix-secret/+value==";

const mostCells = 6 * Object.keys(faults).length;
let cases = 0;

function cellsOf(names: readonly TargetName[]): { app: string; target: TargetName; fault: string }[] {
  return names.flatMap((target) =>
    Object.keys(faults).map((fault) => ({ app: `${target}-${fault}`, target, fault })),
  );
}

function argumentsOf(fault: string, more: object = {}): Apps[string] {
  const slow = fault.includes("hang");
  return { ...plain, environmentVariables: { S: secret }, ...more, opts: slow ? opts : patient };
}

/** The expected form of an error: what was tried, what came back and what to do, in one line without a secret. */
function assertClear(run: Run): void {
  assert.ok(!run.text.includes("Bug in pulumi-camposcloud"), run.text);
  assert.ok(!run.text.includes(secret), "a secret is shown");
  for (const [name, lines] of errorsByName(run)) {
    const errors = lines.filter((line) => /^(error:|\*)/.test(line));
    assert.ok(errors.length >= 1, `${name}: ${lines.join("\n")}`);
    assert.ok(errors.length <= 2, `${name}: ${lines.join("\n")}`);
    for (const line of errors) {
      assert.match(line, /Could not |is not online yet|took longer than|is gone/, name);
      assert.match(line, /\brun |check |correct |raise |leave files out/i, name);
    }
  }
}

function strike(bench: FaultBench, names: readonly TargetName[]): void {
  for (const { app, target, fault } of cellsOf(names)) {
    const scripted = faults[fault];
    if (scripted) bench.server.add({ ...targets[target], app, fault: scripted });
    cases += 1;
  }
}

const brief = (bench: FaultBench) => bench.server.unused().map(({ app }) => app);

describe("every endpoint times every fault", function () {
  this.timeout(900_000);
  let bench: FaultBench;

  beforeEach(async () => {
    bench = await openFaultBench({ accounts: mostCells });
  });
  afterEach(() => bench.close());
  after(() => console.log(`      ${cases} cases`));

  const settled = async (run: Run) => {
    await bench.server.settled();
    assertClear(run);
    const held = new Set((await bench.ids()).values());
    const lost = bench.emulator.apps().filter((app) => !held.has(app._id));
    assert.deepEqual(
      lost.map((app) => app.name),
      [],
      "these apps are not in the state",
    );
    assert.ok(!(await bench.stack.stateText()).includes(secret));
  };

  it("while creating", async () => {
    const names = ["create", "get", "start"] as const;
    const apps: Apps = Object.fromEntries(
      cellsOf(names).map(({ app, fault, target }, at) => [
        app,
        argumentsOf(fault, { account: `a${at}`, exposedViaWeb: target === "start" }),
      ]),
    );
    bench.program(apps);
    strike(bench, names);
    const run = await bench.up();
    assert.deepEqual(brief(bench), []);
    await settled(run);
    await bench.assertConverges(apps);
  });

  it("while updating, reading and deleting", async () => {
    const names = ["settings", "upload", "prune", "restart", "start", "stop"] as const;
    const changes: Record<(typeof names)[number], [object, object]> = {
      settings: [{}, { memoryMB: 512 }],
      upload: [{}, { source: "./v2" }],
      prune: [{}, { source: "./v2" }],
      restart: [{}, { memoryMB: 512 }],
      start: [{ running: false }, { running: true }],
      stop: [{ running: true }, { running: false }],
    };
    const version = (at: 0 | 1): Apps =>
      Object.fromEntries(
        cellsOf(names).map(({ app, target, fault }, place) => [
          app,
          argumentsOf(fault, { account: `a${place}`, ...changes[target as (typeof names)[number]][at] }),
        ]),
      );
    bench.program(version(0));
    const first = await bench.up();
    assert.equal(first.code, 0, first.text);
    bench.program(version(1));
    strike(bench, names);
    const run = await bench.up();
    assert.deepEqual(brief(bench), []);
    await settled(run);
    await bench.assertConverges(version(1));
    await reading(version(1));
    await deleting(version(1));
  });

  /** Each fault applies to the reads of one of the apps. */
  const reading = async (apps: Apps) => {
    for (const [at, [name, fault]] of Object.entries(faults).entries()) {
      // "Not found" is only trusted for an app that is not listed either.
      bench.server.add({ ...targets.get, app: Object.keys(apps)[at], fault, times: 1 });
      assert.ok(name);
      cases += 1;
    }
    const run = await bench.stack.refresh("--parallel", "400");
    assert.deepEqual(brief(bench), []);
    assertClear(run);
    await bench.assertConverges(apps);
  };

  const deleting = async (apps: Apps) => {
    const names = Object.keys(apps);
    // A "not found" of the API itself is trusted, so a false one is not part of the matrix.
    const { "404": _lie, ...others } = faults;
    for (const [at, fault] of Object.values(others).entries()) {
      bench.server.add({ ...targets.delete, app: names[at], fault });
      cases += 1;
    }
    bench.program({});
    const run = await bench.up();
    await bench.server.settled();
    assert.deepEqual(brief(bench), []);
    assertClear(run);
    const held = new Set((await bench.ids()).values());
    assert.deepEqual(
      bench.emulator.apps().filter((app) => !held.has(app._id)),
      [],
    );
    await bench.assertConverges({});
  };
});
