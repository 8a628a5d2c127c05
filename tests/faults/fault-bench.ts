/** A stack of many apps behind a fault server, and the invariants that hold after every run. */
import { strict as assert } from "node:assert";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { type Adapter, dynamic } from "../support/adapters";
import { type Run, Stack, type StackOptions } from "../support/stack";
import { type FaultServer, startFaultServer } from "./fault-server";

/** Name of the app to its arguments, as JSON; `opts` are options of the resource. */
export type Apps = Record<string, { opts?: object } & Record<string, unknown>>;

export interface FaultBench {
  emulator: Emulator;
  server: FaultServer;
  stack: Stack;
  /** The apps of the program from now on. */
  program(apps: Apps): void;
  up(...args: string[]): Promise<Run>;
  /** The apps of the state by name: their ids. */
  ids(): Promise<Map<string, string>>;
  /** Fails unless each of these names has exactly one app, which is in the state, and there are no others. */
  assertOne(names: readonly string[]): Promise<void>;
  /** Fails unless an `up` succeeds and the next one changes nothing. */
  assertConverges(apps: Apps): Promise<void>;
  close(): Promise<void>;
}

/** Arguments of a small app; its folder has the file `stale.txt`, which `./v2` lacks. */
export const plain = {
  source: "./v1",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: 256,
  minReadySeconds: 0,
};

export interface FaultBenchOptions {
  /** Accounts `a0`, `a1`… with separate limits: the provider sends at most 180 requests per minute for each. */
  accounts?: number;
  /** Default: the dynamic one. */
  adapter?: Adapter;
  emulator?: EmulatorOptions;
  stack?: Partial<StackOptions>;
}

export async function openFaultBench(options: FaultBenchOptions = {}): Promise<FaultBench> {
  const emulator = await startEmulator({
    run: false,
    writeWindowSeconds: 0,
    requestsPerMinute: 0,
    ...options.emulator,
  });
  const server = await startFaultServer(emulator.url);
  const adapter = options.adapter ?? dynamic;
  const stack = await Stack.create({
    ...options.stack,
    files: {
      ...adapter.files,
      "index.js": adapter.program,
      "v1/index.js": "// one\n",
      "v1/stale.txt": "old\n",
      "v2/index.js": "// two\n",
      ...options.stack?.files,
    },
    config: {
      "camposcloud:token": emulator.token,
      "camposcloud:baseUrl": server.url,
      "camposcloud:appUrl": `http://{subdomain}.localhost:${emulator.port}`,
      "camposcloud:writeIntervalSeconds": "0",
      "camposcloud:accounts": JSON.stringify(accountsOf(options.accounts ?? 0, server.url, emulator.token)),
      ...options.stack?.config,
    },
  });
  const program = (apps: Apps) => stack.write({ "apps.json": JSON.stringify(apps) });
  const up = (...args: string[]) => stack.up("--parallel", "400", "--continue-on-error", ...args);
  const ids = async () => new Map((await stack.apps()).map((app) => [nameOf(app.urn), app.id ?? ""]));
  const assertOne = async (names: readonly string[]) => {
    const remote = emulator.apps().map((app) => [String(app.name), app._id] as const);
    assert.deepEqual(remote.map(([name]) => name).sort(), [...names].sort());
    const held = await ids();
    assert.deepEqual(
      remote.filter(([name, id]) => held.get(name) !== id),
      [],
      "the state does not hold these apps",
    );
  };
  const assertConverges = async (apps: Apps) => {
    server.clear();
    const run = await up();
    assert.equal(run.code, 0, run.text);
    await assertOne(Object.keys(apps));
    emulator.clearRequests();
    const again = await up("--expect-no-changes");
    assert.equal(again.code, 0, again.text);
    assert.deepEqual(emulator.requests(), []);
  };
  return {
    emulator,
    server,
    stack,
    program,
    up,
    ids,
    assertOne,
    assertConverges,
    close: async () => {
      await server.close();
      await emulator.close();
      stack.dispose();
    },
  };
}

export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** The text under each resource in the last part of the output: its errors, by the resource's name. */
export function errorsByName(run: Run): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let name: string | undefined;
  for (const line of run.text.slice(run.text.indexOf("Diagnostics:")).split("\n")) {
    name = /^ {2}\S*App \((.*)\):$/.exec(line)?.[1] ?? (/^ {0,2}\S/.test(line) ? undefined : name);
    if (name === undefined || !/^\s+\S/.test(line) || /App \(/.test(line)) continue;
    if (/^\s+error: \d+ errors? occurred:$/.test(line)) continue;
    found.set(name, [...(found.get(name) ?? []), line.trim()]);
  }
  return found;
}

function accountsOf(
  count: number,
  url: string,
  token: string,
): Record<string, { token: string; baseUrl: string }> {
  const names = Array.from({ length: count }, (_, at) => `a${at}`);
  return Object.fromEntries(names.map((name) => [name, { token, baseUrl: `${url}/~${name}` }]));
}
