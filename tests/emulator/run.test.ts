/** Owns running apps for real: start, environment, crash, memory, stop. */
import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bench,
  closeAll,
  create,
  createId,
  isRunning,
  logged,
  metricsOf,
  online,
  pageOf,
  settings,
  subdomain,
  until,
  upload,
  visit,
  WORKER,
} from "./support/client";
import { NODE_WEB, PYTHON_WEB } from "./support/programs";

const onWeb = { exposedViaWeb: "true" };

describe("emulator: running apps", () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "emulator-run-"));
  });
  afterEach(async () => {
    await closeAll();
    rmSync(data, { recursive: true });
  });

  const fileOf = (id: string, name: string) => join(data, "apps", id, "files", name);

  it("runs a Node.js app without a start request and serves it at its subdomain", async () => {
    const table = await bench();
    const made = await create(table.api, NODE_WEB, onWeb);
    assert.equal(made.data.currentResourceMetrics.online, false);
    const id = made.data._id;
    await online(table, id);
    const page = await pageOf(table, id, "/some/path?q=1");
    assert.deepEqual([page.status, page.headers["x-app"]], [200, "node"]);
    const host = await subdomain(table.api, id);
    assert.deepEqual({ ...JSON.parse(page.text), pid: 0 }, { pid: 0, url: "/some/path?q=1", host });
    await logged(table, id, /listening/);
    const { data: read } = await table.api.get(`/v1/apps/${id}`);
    assert.equal(read.currentResourceMetrics.online, true);
    await until(
      "its memory is measured",
      () => (metricsOf(table, id)?.memoryUsageBytes ?? 0) > 10 * 1024 * 1024,
    );
    assert.ok((metricsOf(table, id)?.networkTxBytes ?? 0) > 0);
  });

  it("runs a Python app", async () => {
    const table = await bench();
    const environmentVariables = '[{"key":"GREETING","value":"olá"}]';
    const id = await createId(table.api, PYTHON_WEB, {
      ...onWeb,
      mainFile: "main.py",
      runtimeEnvironment: "python",
      environmentVariables,
    });
    await online(table, id);
    assert.equal((await pageOf(table, id)).text, "python olá");
  });

  it("runs a startup command instead of the main file, or without one", async () => {
    const table = await bench();
    const startupCommand = `node server/index.js one "two three"`;
    const files = { "server/index.js": NODE_WEB["index.js"] ?? "" };
    const id = await createId(table.api, files, { ...onWeb, mainFile: "N/A", startupCommand });
    await online(table, id);
    assert.deepEqual(JSON.parse((await pageOf(table, id, "/env")).text).argv, ["one", "two three"]);
  });

  it("finds python for a startup command", async () => {
    const table = await bench();
    const id = await createId(
      table.api,
      { "a.py": "print('from python', flush=True)\nimport time\ntime.sleep(999)" },
      {
        mainFile: "a.py",
        runtimeEnvironment: "python",
        startupCommand: "python -u ./a.py",
      },
    );
    await online(table, id);
    await logged(table, id, /from python/);
  });

  it("gives an app its own variables, PORT and few others", async () => {
    process.env["CAMPOSCLOUD_TOKEN"] = "not for apps";
    process.env["PULUMI_ACCESS_TOKEN"] = "not for apps";
    process.env["SOMETHING_OF_THE_USER"] = "not for apps";
    try {
      const table = await bench({ data });
      const environmentVariables = JSON.stringify([
        { key: "A", value: "x=1 'y' $HOME" },
        { key: "PORT", value: "1" },
      ]);
      const id = await createId(table.api, NODE_WEB, { ...onWeb, environmentVariables });
      await online(table, id);
      const { env, cwd } = JSON.parse((await pageOf(table, id, "/env")).text);
      assert.equal(env.A, "x=1 'y' $HOME");
      assert.equal(Number(env.PORT), (await table.api.post(`/v1/apps/${id}/start`)).data.internalPort);
      assert.equal(cwd, join(data, "apps", id, "files"));
      assert.deepEqual(
        Object.keys(env).filter((name) => !["PATH", "HOME", "TMPDIR", "LANG", "PORT", "A"].includes(name)),
        [],
      );
    } finally {
      for (const name of ["CAMPOSCLOUD_TOKEN", "PULUMI_ACCESS_TOKEN", "SOMETHING_OF_THE_USER"])
        delete process.env[name];
    }
  });

  it("is not online before its port responds, and shows a waiting page until then", async () => {
    const table = await bench();
    const late = { "index.js": `require("fs"); setTimeout(() => { ${NODE_WEB["index.js"]} }, 2500)` };
    const id = await createId(table.api, late, onWeb);
    const waiting = await visit(table.emulator.port, await subdomain(table.api, id), {
      headers: { accept: "text/html" },
    });
    assert.deepEqual([waiting.status, waiting.headers["retry-after"]], [503, "1"]);
    assert.match(waiting.text, /app is starting/);
    assert.equal(metricsOf(table, id)?.online, false);
    await online(table, id);
    assert.equal((await pageOf(table, id)).status, 200);
  });

  it("boots for as long as configured", async () => {
    const table = await bench({ bootSeconds: 1 });
    const began = Date.now();
    const id = await createId(table.api, WORKER);
    await online(table, id);
    assert.ok(Date.now() - began >= 990);
  });

  it("counts a web app that never listens as online after a while, and tells visitors", async () => {
    const table = await bench();
    const id = await createId(table.api, WORKER, onWeb);
    await online(table, id);
    const page = await pageOf(table, id);
    assert.equal(page.status, 503);
    assert.match(page.text, /does not listen on the port/);
  });

  it("stops, starts and restarts, and ignores repeated requests", async () => {
    const table = await bench();
    const id = await createId(table.api, NODE_WEB, onWeb);
    await online(table, id);
    const pid = async () => JSON.parse((await pageOf(table, id)).text).pid;
    const first = await pid();
    assert.equal((await table.api.post(`/v1/apps/${id}/start`)).data.currentResourceMetrics.online, true);
    assert.equal(await pid(), first);
    const host = await subdomain(table.api, id);
    for (let index = 0; index < 2; index += 1) {
      const stopped = await table.api.post(`/v1/apps/${id}/stop`);
      assert.deepEqual([stopped.status, stopped.data.currentResourceMetrics.online], [200, false]);
    }
    assert.equal(isRunning(first), false);
    assert.match((await visit(table.emulator.port, host)).text, /is stopped/);
    await table.api.post(`/v1/apps/${id}/start`);
    await online(table, id);
    const second = await pid();
    assert.notEqual(second, first);
    await table.api.post(`/v1/apps/${id}/restart`);
    assert.equal(isRunning(second), false);
    await online(table, id);
    assert.notEqual(await pid(), second);
    assert.equal(await subdomain(table.api, id), host);
  });

  it("applies an update only after a restart", async () => {
    const table = await bench();
    const id = await createId(table.api, NODE_WEB, onWeb);
    await online(table, id);
    const change = settings({ environmentVariables: [{ key: "NEW", value: "1" }], exposedViaWeb: true });
    await table.api.post(`/v1/apps/${id}/update`, change);
    const env = async () => JSON.parse((await pageOf(table, id, "/env")).text).env;
    assert.equal((await env()).NEW, undefined);
    await table.api.post(`/v1/apps/${id}/restart`);
    await online(table, id);
    assert.equal((await env()).NEW, "1");
  });

  it("runs uploaded files only after a restart", async () => {
    const table = await bench();
    const id = await createId(table.api, NODE_WEB, onWeb);
    await online(table, id);
    await upload(table.api, id, {
      "index.js": `require("http").createServer((q, r) => r.end("second")).listen(process.env.PORT)`,
    });
    assert.notEqual((await pageOf(table, id)).text, "second");
    await table.api.post(`/v1/apps/${id}/restart`);
    await online(table, id);
    assert.equal((await pageOf(table, id)).text, "second");
  });

  it("leaves no process and no folder after deleting an app", async () => {
    const table = await bench({ data });
    const id = await createId(table.api, NODE_WEB, onWeb);
    await online(table, id);
    const { pid } = JSON.parse((await pageOf(table, id)).text);
    const host = await subdomain(table.api, id);
    assert.equal((await table.api.delete(`/v1/apps/${id}/delete`)).status, 200);
    assert.equal(isRunning(pid), false);
    assert.throws(() => readFileSync(fileOf(id, "index.js")), { code: "ENOENT" });
    assert.equal((await visit(table.emulator.port, host)).status, 404);
  });

  it("runs nothing with run: false, and responds as if it did", async () => {
    const table = await bench({ run: false });
    const id = await createId(table.api, NODE_WEB, onWeb);
    assert.equal((await table.api.get(`/v1/apps/${id}`)).data.currentResourceMetrics.online, true);
    assert.equal((await pageOf(table, id)).status, 200);
    assert.equal((await table.api.post(`/v1/apps/${id}/stop`)).data.currentResourceMetrics.online, false);
  });
});
