/** Owns the install of dependencies: when, once, where to, and what becomes of a failure. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bench, closeAll, createId, logged, offline, online, until, WORKER, zipOf } from "./support/client";

describe("emulator: dependencies", () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "emulator-run-"));
  });
  afterEach(async () => {
    await closeAll();
    rmSync(data, { recursive: true });
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
    await logged(table, id, /Installing dependencies: npm install[\s\S]*from the dependency/);
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
    await logged(table, id, /from the package/);
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
});
