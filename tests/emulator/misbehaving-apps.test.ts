/** Owns apps that behave badly: crash, leak, ignore signals, scatter children, flood their log. */
import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bench,
  closeAll,
  createId,
  isRunning,
  logged,
  metricsOf,
  offline,
  online,
  pageOf,
  until,
  visit,
} from "./support/client";
import { CRASHER, FLOOD, LEAK, NODE_WEB, STUBBORN } from "./support/programs";

const onWeb = { exposedViaWeb: "true" };

describe("emulator: misbehaving apps", () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "emulator-run-"));
  });
  afterEach(async () => {
    await closeAll();
    rmSync(data, { recursive: true });
  });

  const textOf = (id: string, name: string) => {
    try {
      return readFileSync(join(data, "apps", id, "files", name), "utf8");
    } catch {
      return "";
    }
  };

  it("does not restart a crashed app, keeps its log, and starts it on request", async () => {
    const table = await bench({ data });
    const id = await createId(table.api, CRASHER, onWeb);
    await until("it has crashed", () => table.emulator.log(id).includes("Ended: exit code 3"));
    await logged(table, id, /about to fail/);
    assert.equal(metricsOf(table, id)?.online, false);
    const { data: read } = await table.api.get(`/v1/apps/${id}`);
    const page = await until("its page says so", async () => {
      const label = table.emulator.apps()[0]?.assignedSubdomain;
      const answer = await visit(table.emulator.port, `${label}.localhost`);
      return /has crashed/.test(answer.text) && answer;
    });
    assert.deepEqual([page.status, read.status], [503, "active"]);
    await table.api.post(`/v1/apps/${id}/start`);
    await until("it was started again", () => textOf(id, "starts") === "xx");
  });

  it("restarts a crashing app with increasing pauses if configured, until it is stopped", async () => {
    const table = await bench({ data });
    const id = await createId(table.api, CRASHER, { autoRestartEnabled: "true" });
    await until("it was started three times", () => textOf(id, "starts").length >= 3);
    const pauses = [...table.emulator.log(id).matchAll(/Restarts in ([\d.]+) s/g)].map(([, seconds]) =>
      Number(seconds),
    );
    assert.deepEqual(pauses.slice(0, 2), [0.5, 1]);
    await table.api.post(`/v1/apps/${id}/stop`);
    const starts = textOf(id, "starts");
    await new Promise((done) => setTimeout(done, 2500));
    assert.equal(textOf(id, "starts"), starts);
  });

  it("restarts a web app after a crash", async () => {
    const table = await bench();
    const id = await createId(table.api, NODE_WEB, { ...onWeb, autoRestartEnabled: "true" });
    await online(table, id);
    const before = JSON.parse((await pageOf(table, id)).text).pid;
    await pageOf(table, id, "/exit");
    await until("a new process answers", async () => {
      const page = await pageOf(table, id);
      return page.status === 200 && JSON.parse(page.text).pid !== before;
    });
  });

  it("kills an app whose processes together exceed its memory, and reports it", async () => {
    const table = await bench();
    const id = await createId(table.api, LEAK, { memoryMB: "200" });
    await until("it was killed", () => table.emulator.log(id).includes("Out of memory"));
    await offline(table, id);
    await logged(table, id, /used \d+ MB of its 200 MB and was killed/);
  });

  it("ends all processes of an app that ignores SIGTERM and detaches children", async () => {
    const table = await bench({ data });
    const id = await createId(table.api, STUBBORN);
    const pids = await until("its children run", () => {
      const found = textOf(id, "pids").trim().split(" ").map(Number);
      return found.length === 4 && found;
    });
    assert.deepEqual(pids.map(isRunning), [true, true, true, true]);
    const stopped = await table.api.post(`/v1/apps/${id}/stop`);
    assert.equal(stopped.data.currentResourceMetrics.online, false);
    assert.deepEqual(pids.map(isRunning), [false, false, false, false]);
  });

  it("keeps responding while an app floods its log, and keeps the log small", async () => {
    const table = await bench({ data });
    const id = await createId(table.api, FLOOD);
    await until("the log is full", () => table.emulator.log(id).length > 200 * 1024);
    for (let index = 0; index < 20; index += 1) assert.equal((await table.api.get("/v1/apps")).status, 200);
    assert.ok(table.emulator.log(id).length < 1024 * 1024);
    assert.equal((await table.api.post(`/v1/apps/${id}/stop`)).status, 200);
  });
});
