/** Changes made outside of Pulumi: a refresh shows them, the next `up` reverts them, and noise never shows. */
import { strict as assert } from "node:assert";
import { type Bench, openBench } from "../support/campos-stack";
import type { Call } from "./change-table";

interface Drift {
  what: string;
  args?: Record<string, unknown>;
  /** A request to the API outside of Pulumi. */
  update?: Record<string, unknown>;
  power?: "start" | "stop";
  /** What the preview after the refresh shows; empty for no change. */
  names: string[];
  /** How the next `up` reverts it. */
  calls: Call[];
}

const settings = {
  memoryMB: 256,
  runtimeEnvironment: "nodejs",
  exposedViaWeb: false,
  autoRestartEnabled: false,
};

const table: Drift[] = [
  { what: "name", update: { appName: "hijacked" }, names: ["appName", "name"], calls: ["update"] },
  {
    what: "memory",
    update: { memoryMB: 1024 },
    names: ["allocatedMemoryMB", "memoryMB"],
    calls: ["update", "restart"],
  },
  {
    what: "managed command",
    args: { startupCommand: "node index.js --mine" },
    update: { startupCommand: "node index.js --theirs" },
    names: ["startupCommand"],
    calls: ["update", "restart"],
  },
  { what: "unmanaged command", update: { startupCommand: "node index.js --theirs" }, names: [], calls: [] },
  {
    what: "runtime",
    update: { runtimeEnvironment: "python" },
    names: ["runtimeEnvironment"],
    calls: ["update", "restart"],
  },
  {
    what: "web switch",
    update: { exposedViaWeb: true },
    names: ["exposedViaWeb"],
    calls: ["update", "restart"],
  },
  {
    what: "restart switch",
    update: { autoRestartEnabled: true },
    names: ["autoRestartEnabled"],
    calls: ["update"],
  },
  {
    what: "managed variables",
    args: { environmentVariables: { A: "alpha" } },
    update: {
      environmentVariables: [
        { key: "A", value: "other" },
        { key: "B", value: "beta" },
      ],
    },
    names: ["environmentVariables.A", "environmentVariables.B"],
    calls: ["update", "restart"],
  },
  {
    what: "order of managed variables",
    args: { environmentVariables: { A: "alpha", B: "beta" } },
    update: {
      environmentVariables: [
        { key: "B", value: "beta" },
        { key: "A", value: "alpha" },
      ],
    },
    names: [],
    calls: [],
  },
  {
    what: "unmanaged variables",
    update: { environmentVariables: [{ key: "A", value: "theirs" }] },
    names: [],
    calls: [],
  },
  { what: "managed power", args: { running: true }, power: "stop", names: ["running"], calls: ["start"] },
  {
    what: "managed power, the other way",
    args: { running: false },
    power: "start",
    names: ["running"],
    calls: ["stop"],
  },
  { what: "unmanaged power", power: "stop", names: [], calls: [] },
];

describe("drift", () => {
  let bench: Bench;
  let ids: string[];

  before(async () => {
    const apps = Object.fromEntries(
      table.map(({ args }, index) => [
        `app-${index}`,
        { source: "./app", mainFile: "index.js", minReadySeconds: 0, ...settings, ...args },
      ]),
    );
    const lines = [
      'const { CamposApp } = require("pulumi-camposcloud");',
      `const apps = ${JSON.stringify(apps)};`,
      "for (const [name, args] of Object.entries(apps)) new CamposApp(name, args);",
    ];
    bench = await openBench({
      emulator: { run: false, writeWindowSeconds: 0 },
      config: { "camposcloud:writeIntervalSeconds": "0" },
      files: { "index.js": lines.join("\n") },
    });
    assert.equal((await bench.stack.up()).code, 0);
    const inState = await bench.stack.apps();
    ids = table.map((_, index) => inState.find((app) => app.urn.endsWith(`::app-${index}`))?.id ?? "");
    await Promise.all(table.map((drift, index) => act(bench, ids[index] ?? "", drift, index)));
  });
  after(() => bench.close());

  it("is not detected by a preview, which sends no requests", async () => {
    bench.calls();
    const run = await bench.stack.preview("--expect-no-changes");
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.calls(), []);
  });

  it("is shown in a preview after a refresh, without other differences", async () => {
    assert.equal((await bench.stack.refresh()).code, 0);
    const steps = await bench.stack.steps();
    for (const [index, { what, names }] of table.entries()) {
      const named = Object.keys(steps[`app-${index}`]?.detailedDiff ?? {}).sort();
      assert.deepEqual(named, [...names].sort(), what);
    }
  });

  it("does not show the values of unmanaged variables", async () => {
    const text = (await bench.stack.preview("--diff")).text;
    assert.doesNotMatch(text, /"other"|"beta"/);
    const state = await bench.stack.stateText();
    assert.doesNotMatch(state, /"other"|"beta"|"theirs"/);
  });

  it("is reverted by the next up with the fewest requests", async () => {
    bench.emulator.clearRequests();
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    for (const [index, { what, calls }] of table.entries()) {
      const seen = bench.emulator
        .requests()
        .filter(({ method, path }) => method !== "GET" && path.includes(ids[index] ?? "?"))
        .map(({ path }) => path.split("/").at(-1));
      assert.deepEqual(seen, calls, what);
    }
  });

  it("does not appear again in a refresh or a preview", async () => {
    for (const command of ["refresh", "refresh"] as const) {
      const run = await bench.stack[command]("--expect-no-changes");
      assert.equal(run.code, 0, run.text);
    }
    assert.equal((await bench.stack.preview("--expect-no-changes")).code, 0);
  });
});

async function act(bench: Bench, id: string, drift: Drift, index: number): Promise<void> {
  const post = (call: string, body?: unknown) =>
    fetch(`${bench.emulator.url}/v1/apps/${id}/${call}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${bench.emulator.token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  if (drift.power) assert.equal((await post(drift.power)).status, 200);
  if (!drift.update) return;
  const answer = await post("update", {
    appName: `app-${index}`,
    startupCommand: null,
    ...settings,
    ...drift.update,
  });
  assert.equal(answer.status, 200, await answer.text());
}
