/** Every endpoint times every fault on the real engine: no app is created twice or lost, and the next `up` converges. */
import { strict as assert } from "node:assert";
import { type Adapter, dynamic, native } from "../support/adapters";
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

/** What the adapters do with an error is the same for each, so a few faults that do not take long are enough for the plugin. */
const faultsOf = new Map<Adapter, readonly string[]>([
  [dynamic, Object.keys(faults)],
  [native, ["reset-after", "half-after", "soft-refusal", "400", "404", "429-bare", "500-after"]],
]);

for (const [adapter, names] of faultsOf)
  describe(`every endpoint times ${adapter === dynamic ? "every fault" : "some faults"}${adapter.suffix}`, function () {
    this.timeout(900_000);
    defineTests(adapter, names);
  });

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

const brief = (bench: FaultBench) => bench.server.unused().map(({ app }) => app);

function defineTests(adapter: Adapter, names: readonly string[]): void {
  const cells = (Object.keys(changes) as (keyof typeof changes)[]).flatMap((change) =>
    names.map((fault) => ({ app: `${change}-${fault}`, change, fault })),
  );
  let bench: FaultBench;
  let cases = 0;

  before(async () => {
    bench = await openFaultBench({ accounts: cells.length, adapter });
  });
  after(async () => {
    await bench.close();
    console.log(`      ${cases} cases`);
  });

  const version = (at: 0 | 1): Apps =>
    Object.fromEntries(
      cells.map(({ app, change, fault }, place) => [
        app,
        {
          ...plain,
          environmentVariables: { S: secret },
          account: `a${place}`,
          exposedViaWeb: failingInCreate[change] === "start",
          ...changes[change][at],
          opts: fault.includes("hang") ? opts : patient,
        },
      ]),
    );

  const strike = (target: TargetName, app: string | undefined, fault: string) => {
    const scripted = faults[fault];
    assert.ok(app !== undefined && scripted);
    bench.server.add({ ...targets[target], app, fault: scripted });
    cases += 1;
  };
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
      if (target) strike(target, app, fault);
    }
    await settled(await bench.up());
    await assertNoSecret();
    await bench.assertConverges(version(0));
  });

  it("while updating", async () => {
    bench.program(version(1));
    for (const { app, change, fault } of cells) strike(change, app, fault);
    await settled(await bench.up());
    await assertNoSecret();
    await bench.assertConverges(version(1));
  });

  it("while reading", async () => {
    // "Not found" is only trusted for an app that is not listed either.
    for (const [at, fault] of names.entries()) strike("get", cells[at]?.app, fault);
    const run = await bench.stack.refresh("--parallel", "400");
    assert.deepEqual(brief(bench), []);
    assertClear(run);
    await bench.assertConverges(version(1));
  });

  it("while deleting", async () => {
    // A "not found" of the API itself is trusted, so a false one is not part of the matrix.
    const others = names.filter((fault) => fault !== "404");
    for (const [at, fault] of others.entries()) strike("delete", cells[at]?.app, fault);
    bench.program({});
    await settled(await bench.up());
    await bench.assertConverges({});
  });
}
