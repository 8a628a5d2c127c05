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

/** Arguments before and after the update, by the request that fails in it. */
const changes = {
  settings: [{}, { memoryMB: 512 }],
  upload: [{}, { source: "./v2" }],
  prune: [{}, { source: "./v2" }],
  restart: [{}, { memoryMB: 512 }],
  start: [{ running: false }, { running: true }],
  stop: [{ running: true }, { running: false }],
} as const;

/** The request that fails in the creation of the same apps. Only web apps are started, to learn their sub-domain. */
const failingInCreate: Partial<Record<keyof typeof changes, TargetName>> = {
  settings: "create",
  upload: "get",
  prune: "start",
};

const cells = (Object.keys(changes) as (keyof typeof changes)[]).flatMap((change) =>
  Object.keys(faults).map((fault) => ({ app: `${change}-${fault}`, change, fault })),
);
let cases = 0;

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

function strike(bench: FaultBench, target: TargetName, app: string | undefined, fault: string): void {
  const scripted = faults[fault];
  assert.ok(app !== undefined && scripted);
  bench.server.add({ ...targets[target], app, fault: scripted });
  cases += 1;
}

const brief = (bench: FaultBench) => bench.server.unused().map(({ app }) => app);

describe("every endpoint times every fault", function () {
  this.timeout(900_000);
  let bench: FaultBench;

  before(async () => {
    bench = await openFaultBench({ accounts: cells.length });
  });
  after(async () => {
    await bench.close();
    console.log(`      ${cases} cases`);
  });

  const version = (at: 0 | 1): Apps =>
    Object.fromEntries(
      cells.map(({ app, change, fault }, place) => [
        app,
        argumentsOf(fault, {
          account: `a${place}`,
          exposedViaWeb: failingInCreate[change] === "start",
          ...changes[change][at],
        }),
      ]),
    );

  const settled = async (run: Run) => {
    await bench.server.settled();
    assert.deepEqual(brief(bench), []);
    assertClear(run);
    const held = new Set((await bench.ids()).values());
    const lost = bench.emulator.apps().filter((app) => !held.has(app._id));
    assert.deepEqual(
      lost.map((app) => app.name),
      [],
      "these apps are not in the state",
    );
  };
  const assertNoSecret = async () => assert.ok(!(await bench.stack.stateText()).includes(secret));

  it("while creating", async () => {
    bench.program(version(0));
    for (const { app, change, fault } of cells) {
      const target = failingInCreate[change];
      if (target) strike(bench, target, app, fault);
    }
    await settled(await bench.up());
    await assertNoSecret();
    await bench.assertConverges(version(0));
  });

  it("while updating", async () => {
    bench.program(version(1));
    for (const { app, change, fault } of cells) strike(bench, change, app, fault);
    await settled(await bench.up());
    await assertNoSecret();
    await bench.assertConverges(version(1));
  });

  it("while reading", async () => {
    // "Not found" is only trusted for an app that is not listed either.
    for (const [at, fault] of Object.keys(faults).entries()) strike(bench, "get", cells[at]?.app, fault);
    const run = await bench.stack.refresh("--parallel", "400");
    assert.deepEqual(brief(bench), []);
    assertClear(run);
    await bench.assertConverges(version(1));
  });

  it("while deleting", async () => {
    // A "not found" of the API itself is trusted, so a false one is not part of the matrix.
    const others = Object.keys(faults).filter((fault) => fault !== "404");
    for (const [at, fault] of others.entries()) strike(bench, "delete", cells[at]?.app, fault);
    bench.program({});
    await settled(await bench.up());
    await bench.assertConverges({});
  });
});
