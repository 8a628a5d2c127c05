/** Owns running apps for real: start, environment, crash, memory, stop. */
import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Bench,
  bench,
  closeAll,
  create,
  createId,
  isRunning,
  metricsOf,
  offline,
  online,
  settings,
  subdomain,
  until,
  upload,
  visit,
  WORKER,
  zipOf,
} from "./support/client";
import { CRASHER, FLOOD, LEAK, NODE_WEB, PYTHON_WEB, STUBBORN } from "./support/programs";

const onWeb = { exposedViaWeb: "true" };

async function pageOf({ api, emulator }: Bench, id: string, path = "/") {
  return visit(emulator.port, await subdomain(api, id), { path });
}

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
  const textOf = (id: string, name: string) => {
    try {
      return readFileSync(fileOf(id, name), "utf8");
    } catch {
      return "";
    }
  };

  it("runs a Node app without a start call and serves it at its sub-domain", async () => {
    const table = await bench();
    const made = await create(table.api, NODE_WEB, onWeb);
    assert.equal(made.data.currentResourceMetrics.online, false);
    const id = made.data._id;
    await online(table, id);
    const page = await pageOf(table, id, "/some/path?q=1");
    assert.deepEqual([page.status, page.headers["x-app"]], [200, "node"]);
    const host = await subdomain(table.api, id);
    assert.deepEqual({ ...JSON.parse(page.text), pid: 0 }, { pid: 0, url: "/some/path?q=1", host });
    assert.match(table.emulator.log(id), /listening/);
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

  it("runs a startup command in place of the main file, also without one", async () => {
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
    assert.match(table.emulator.log(id), /from python/);
  });

  it("gives an app its own variables, PORT and little else", async () => {
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

  it("is not online before its port answers, and shows a waiting page meanwhile", async () => {
    const table = await bench();
    const late = { "index.js": `require("fs"); setTimeout(() => { ${NODE_WEB["index.js"]} }, 2500)` };
    const id = await createId(table.api, late, onWeb);
    const waiting = await visit(table.emulator.port, await subdomain(table.api, id), {
      headers: { accept: "text/html" },
    });
    assert.deepEqual([waiting.status, waiting.headers["retry-after"]], [503, "1"]);
    assert.match(waiting.text, /app is on its way/);
    assert.equal(metricsOf(table, id)?.online, false);
    await online(table, id);
    assert.equal((await pageOf(table, id)).status, 200);
  });

  it("takes as long to boot as asked", async () => {
    const table = await bench({ bootSeconds: 1 });
    const began = Date.now();
    const id = await createId(table.api, WORKER);
    await online(table, id);
    assert.ok(Date.now() - began >= 990);
  });

  it("counts a web app that never listens as online in the end, and says so to visitors", async () => {
    const table = await bench();
    const id = await createId(table.api, WORKER, onWeb);
    await online(table, id);
    const page = await pageOf(table, id);
    assert.equal(page.status, 503);
    assert.match(page.text, /does not listen on the port/);
  });

  it("stops, starts and restarts, and does nothing twice", async () => {
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

  it("runs an update only after a restart", async () => {
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

  it("leaves a crashed app down, keeps its log, and starts it on demand", async () => {
    const table = await bench({ data });
    const id = await createId(table.api, CRASHER, onWeb);
    await until("it has crashed", () => table.emulator.log(id).includes("Ended: exit code 3"));
    assert.match(table.emulator.log(id), /about to fail/);
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

  it("starts a crashing app again and again with growing pauses when asked to, until it is stopped", async () => {
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

  it("brings a web app back after a crash", async () => {
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

  it("kills an app whose processes together exceed its memory, and tells so", async () => {
    const table = await bench();
    const id = await createId(table.api, LEAK, { memoryMB: "200" });
    await until("it was killed", () => table.emulator.log(id).includes("Out of memory"));
    await offline(table, id);
    assert.match(table.emulator.log(id), /used \d+ MB of its 200 MB and was killed/);
  });

  it("keeps nothing of an app that ignores SIGTERM and scatters children", async () => {
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

  it("goes on answering while an app floods its log, and keeps the log small", async () => {
    const table = await bench({ data });
    const id = await createId(table.api, FLOOD);
    await until("the log is full", () => table.emulator.log(id).length > 200 * 1024);
    for (let index = 0; index < 20; index += 1) assert.equal((await table.api.get("/v1/apps")).status, 200);
    assert.ok(table.emulator.log(id).length < 1024 * 1024);
    assert.equal((await table.api.post(`/v1/apps/${id}/stop`)).status, 200);
  });

  it("installs dependencies once, and only when the manifest has any", async () => {
    const table = await bench({ data });
    const files = {
      "package.json": JSON.stringify({ dependencies: { greeting: "file:./greeting" } }),
      "greeting/package.json": JSON.stringify({ name: "greeting", version: "1.0.0" }),
      "greeting/index.js": "module.exports = 'from the dependency';",
      "index.js": "console.log(require('greeting')); setInterval(() => {}, 1000);",
    };
    const id = await createId(table.api, files);
    await online(table, id);
    assert.match(table.emulator.log(id), /Installing dependencies: npm install[\s\S]*from the dependency/);
    await table.api.post(`/v1/apps/${id}/restart`);
    await online(table, id);
    assert.equal(table.emulator.log(id).match(/Installing/g)?.length, 1);
    const none = await createId(table.api, {
      ...WORKER,
      "package.json": JSON.stringify({ scripts: {}, dependencies: {} }),
    });
    await online(table, none);
    assert.doesNotMatch(table.emulator.log(none), /Installing/);
  });

  it("installs Python packages for the app alone", async () => {
    const table = await bench({ data });
    // A wheel beside the manifest, so that no index is asked.
    const wheel = "greeting-1-py3-none-any.whl";
    const files = {
      "requirements.txt": `# comment\n./${wheel}\n`,
      [wheel]: await zipOf({
        "greeting.py": "text = 'from the package'",
        "greeting-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: greeting\nVersion: 1\n",
        "greeting-1.dist-info/WHEEL":
          "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "greeting-1.dist-info/RECORD": "",
      }),
      "main.py": "import greeting, time\nprint(greeting.text, flush=True)\ntime.sleep(999)",
    };
    const id = await createId(table.api, files, { mainFile: "main.py", runtimeEnvironment: "python" });
    await online(table, id);
    assert.match(table.emulator.log(id), /from the package/);
    assert.deepEqual((await table.api.get(`/v1/apps/${id}/files`)).data.files.length, 3);
  });

  it("tells in the log why dependencies could not be installed, and does not start", async () => {
    const table = await bench();
    const id = await createId(table.api, { ...WORKER, "package.json": "{ broken" });
    await until("it has given up", () =>
      table.emulator.log(id).includes("Cannot start: installing dependencies"),
    );
    assert.doesNotMatch(table.emulator.log(id), /at work/);
    await offline(table, id);
  });

  it("leaves no process and no folder of a deleted app", async () => {
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

  it("runs nothing with run: false, and answers as if it did", async () => {
    const table = await bench({ run: false });
    const id = await createId(table.api, NODE_WEB, onWeb);
    assert.equal((await table.api.get(`/v1/apps/${id}`)).data.currentResourceMetrics.online, true);
    assert.equal((await pageOf(table, id)).status, 503);
    assert.equal((await table.api.post(`/v1/apps/${id}/stop`)).data.currentResourceMetrics.online, false);
  });
});
