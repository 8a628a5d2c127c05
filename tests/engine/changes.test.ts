/**
 * Runs the table of changes for the dynamic resource and for the native one: all rows are apps of one program, so that two runs
 * of `up` cover them all.
 */
import { strict as assert } from "node:assert";
import { type Adapter, dynamic, native } from "../support/adapters";
import { type Bench, openBench } from "../support/campos-stack";
import type { PreviewStep } from "../support/stack";
import { type Call, type Row, table } from "./change-table";

const nameOf = (_row: Row, index: number) => `app-${index}`;

interface AdapterUnderTest extends Adapter {
  /** What a preview shows, apart from `sourceHash`. */
  expected(row: Row): readonly string[];
}

const adapters: readonly AdapterUnderTest[] = [
  { ...dynamic, expected: (row) => row.names ?? [] },
  {
    ...native,
    // The same value under the API's name, and an argument that changes nothing but the files, are not shown there.
    expected: (row) =>
      (row.names ?? []).filter((name) => !["name", "allocatedMemoryMB", "ignore"].includes(name)),
  },
];

const files = { "index.js": "// one\n", "data.txt": "data\n" };

function argsOf(row: Row, index: number, phase: "before" | "after"): Record<string, unknown> {
  const name = nameOf(row, index);
  const usual = {
    source: "./apps/{name}",
    mainFile: "index.js",
    runtimeEnvironment: "nodejs",
    memoryMB: 256,
    minReadySeconds: 0,
  };
  const args: Record<string, unknown> = { ...usual, ...row.before, ...(phase === "after" ? row.after : {}) };
  return { ...args, source: String(args["source"]).replaceAll("{name}", name) };
}

function appsJson(phase: "before" | "after"): Record<string, string> {
  const apps = Object.fromEntries(table.map((row, index) => [nameOf(row, index), argsOf(row, index, phase)]));
  return { "apps.json": JSON.stringify(apps) };
}

function callOf(method: string, path: string): Call {
  if (path.endsWith("/files")) return "files";
  if (method === "DELETE") return "delete";
  return path.slice(path.lastIndexOf("/") + 1) as Call;
}

for (const adapter of adapters) describe(`the table of changes${adapter.suffix}`, () => defineTests(adapter));

function defineTests({ program, files: own, expected }: AdapterUnderTest): void {
  let bench: Bench;
  let steps: Record<string, PreviewStep>;
  const calls = new Map<string, string[]>();

  before(async () => {
    bench = await openBench({
      emulator: {
        run: false,
        writeWindowSeconds: 0,
        // The two runs are separate processes with more than 180 requests per minute.
        requestsPerMinute: 0,
        teams: [{ _id: "64a000000000000000000001", name: "crew" }],
      },
      config: { "camposcloud:writeIntervalSeconds": "0" },
      env: { CAMPOSCLOUD_TOKEN_WORK: "emulator-token" },
      files: { ...own, "index.js": program, ...appsJson("before"), ...appFolders() },
    });
    const first = await bench.stack.up("--parallel", "16");
    assert.equal(first.code, 0, first.text);
    await change(bench);
    steps = await bench.stack.steps();
    await countCalls(bench, calls);
  });
  after(() => bench.close());

  for (const [index, row] of table.entries()) {
    it(`${row.change} -> ${row.op}: ${row.calls.join(", ") || "no call"}`, () => {
      const step = steps[nameOf(row, index)];
      assert.equal(step?.op ?? "same", row.op);
      const shown = Object.keys(step?.detailedDiff ?? {}).filter((name) => name !== "sourceHash");
      assert.deepEqual(shown.sort(), [...expected(row)].sort());
      assert.deepEqual(calls.get(nameOf(row, index)) ?? [], row.calls);
    });
  }

  it("has no differences afterwards", async () => {
    const run = await bench.stack.up("--expect-no-changes");
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(bench.calls(), []);
  });
}

function appFolders(): Record<string, string> {
  const folders: Record<string, string> = {};
  for (const [index, row] of table.entries()) {
    for (const [path, text] of Object.entries(files)) {
      folders[`apps/${nameOf(row, index)}/${path}`] = text;
      folders[`copies/${nameOf(row, index)}/${path}`] = text;
    }
    if (row.files?.["camposcloud.config"]) {
      folders[`apps/${nameOf(row, index)}/camposcloud.config`] = "MEMORY=256\n";
    }
  }
  return folders;
}

async function change(bench: Bench): Promise<void> {
  const ids = await idsByName(bench);
  for (const [index, row] of table.entries()) {
    const name = nameOf(row, index);
    for (const [path, text] of Object.entries(row.files ?? {})) {
      if (text === null) bench.stack.remove(`apps/${name}/${path}`);
      else bench.stack.write({ [`apps/${name}/${path}`]: text });
    }
    if (row.meanwhile === "stop") {
      await fetch(`${bench.emulator.url}/v1/apps/${ids.get(name)}/stop`, {
        method: "POST",
        headers: { Authorization: `Bearer ${bench.emulator.token}` },
      });
    }
  }
  bench.stack.write(appsJson("after"));
}

/** Runs the second `up` and sorts the writes by app. */
async function countCalls(bench: Bench, calls: Map<string, string[]>): Promise<void> {
  const before = await idsByName(bench);
  bench.emulator.clearRequests();
  const run = await bench.stack.up("--parallel", "16");
  assert.equal(run.code, 0, run.text);
  const names = new Map([...(await idsByName(bench)), ...before].map(([name, id]) => [id, name]));
  for (const { method, path, body, status } of bench.emulator.requests()) {
    if (method === "GET") continue;
    const id = path.split("/")[3] ?? "";
    const name = id === "create" ? (body?.fields?.["appName"] ?? "") : names.get(id);
    assert.ok(name !== undefined, `${method} ${path} is of no known app`);
    const call = status < 300 && status > 0 ? callOf(method, path) : `${callOf(method, path)} (${status})`;
    calls.set(name, [...(calls.get(name) ?? []), call]);
  }
  bench.emulator.clearRequests();
}

async function idsByName(bench: Bench): Promise<Map<string, string>> {
  const apps = await bench.stack.apps();
  return new Map(apps.map((app) => [app.urn.split("::").at(-1) ?? "", app.id ?? ""]));
}
