/** `npm run check-live` against the emulator: its requests, its output, its cleanup, and its documentation. */
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { after, before, beforeEach, describe, it } from "mocha";
import { type Emulator, startEmulator } from "../../emulator";
import { type AssumptionId, assumptionIds, assumptions } from "../../scripts/check-live/assumptions";
import { repository } from "../../scripts/demo/workspace";

interface Started {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Ends when it has written this to stderr. */
  said(text: string): Promise<void>;
  ended(): Promise<{ code: number | null; table: string; said: string }>;
}

describe("check-live", function () {
  this.timeout(5 * 60_000);
  let emulator: Emulator;

  before(async () => {
    // A run writes once of each kind, so a long window costs nothing, and a slow machine stays within it.
    emulator = await startEmulator({ writeWindowSeconds: 60, requestsPerMinute: 1000 });
  });
  beforeEach(() => {
    emulator.clearRequests();
    emulator.clearFaults();
    emulator.resetLimits();
  });
  after(() => emulator?.close());

  function start(...args: string[]): Started {
    const script = ["-r", "ts-node/register/transpile-only", "scripts/check-live.ts", ...args];
    const child = spawn(process.execPath, script, {
      cwd: repository,
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        CAMPOSCLOUD_TOKEN: emulator.token,
        CAMPOSCLOUD_BASE_URL: emulator.url,
        CAMPOSCLOUD_APP_URL: `http://{subdomain}.localhost:${emulator.port}`,
        CAMPOSCLOUD_WRITE_INTERVAL_SECONDS: "",
      },
    });
    let [table, said] = ["", ""];
    child.stdout.on("data", (data) => {
      table += data;
    });
    child.stderr.on("data", (data) => {
      said += data;
    });
    return {
      child,
      said: async (text) => {
        while (!said.includes(text)) {
          assert.equal(child.exitCode, null, said);
          await once(child.stderr, "data");
        }
      },
      ended: async () => {
        const [code] = await once(child, "close");
        return { code, table, said };
      },
    };
  }
  const writes = () => emulator.requests().filter(({ method }) => method !== "GET");
  const verdict = (table: string, id: AssumptionId) => new RegExp(`^(.*?) +${id}:`, "m").exec(table)?.[1];

  it("only reads without --write", async () => {
    const { code, table } = await start().ended();
    assert.equal(code, 0, table);
    assert.deepEqual(writes(), []);
    assert.equal(verdict(table, "wrong-key"), "holds");
    assert.equal(verdict(table, "create-answer"), undefined);
  });

  it("asks before it writes, and only accepts yes", async () => {
    for (const answer of ["no\n", ""]) {
      const run = start("--write");
      run.child.stdin.end(answer);
      const { code, said } = await run.ended();
      assert.equal(code, 2);
      assert.match(said, /Type yes to continue: [\s\S]*Nothing was written\./);
    }
    assert.deepEqual(writes(), []);
  });

  it("creates one app, checks every assumption with it, and deletes it", async () => {
    const run = start("--write");
    run.child.stdin.end("yes\n");
    const { code, table, said } = await run.ended();
    assert.equal(code, 0, `${table}\n${said}`);
    assert.equal(writes().filter(({ path }) => path === "/v1/apps/create").length, 1);
    for (const id of assumptionIds) if (id !== "list-pages") assert.equal(verdict(table, id), "holds", table);
    assert.deepEqual(emulator.apps(), []);
  });

  it("deletes the app after Ctrl-C", async () => {
    const run = start("--write");
    run.child.stdin.end("yes\n");
    await run.said("Waiting until it is online");
    assert.equal(emulator.apps().length, 1);
    run.child.kill("SIGINT");
    const { code, said } = await run.ended();
    assert.deepEqual([code, emulator.apps()], [130, []], said);
  });

  it("deletes an app whose creation got no response, and reports what did not hold", async () => {
    emulator.fault({ method: "POST", path: "/v1/apps/create", status: 500, when: "after" });
    const run = start("--write");
    run.child.stdin.end("yes\n");
    const { code, table } = await run.ended();
    assert.deepEqual([code, verdict(table, "create-answer")], [1, "differs"], table);
    assert.deepEqual(emulator.apps(), []);
  });

  it("says which app may be left if it cannot look for it", async () => {
    const run = start("--write");
    await run.said("Type yes to continue");
    emulator.fault({ method: "POST", path: "/v1/apps/create", status: 400 });
    emulator.fault({ method: "GET", path: "/v1/apps", reset: true });
    run.child.stdin.end("yes\n");
    const { code, table, said } = await run.ended();
    assert.deepEqual([code, verdict(table, "create-answer")], [1, "differs"], said);
    assert.match(
      said,
      /Could not look for check-live-\w+ \(.*\): if it is in the dashboard, delete it there\./,
    );
  });

  it("reports a missing or wrong key", async () => {
    emulator.fault({ path: "/v1/users/*", status: 401 });
    const { code, said } = await start().ended();
    assert.equal(code, 2);
    assert.match(said, /the key was rejected\. Check CAMPOSCLOUD_TOKEN/);
  });

  it("names files that exist, and is completely documented", () => {
    const page = readFileSync(join(repository, "docs", "what-we-assume.md"), "utf8");
    for (const [id, { code }] of Object.entries(assumptions)) {
      assert.ok(existsSync(join(repository, code)), `${id}: ${code} does not exist`);
      const row = page.split("\n").find((line) => line.includes(`| \`${id}\` |`)) ?? "";
      assert.ok(row.includes(`\`${code}\``), `docs/what-we-assume.md has no row of ${id} with ${code}`);
    }
  });
});
