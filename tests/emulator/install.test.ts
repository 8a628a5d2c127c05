/** Owns the install of dependencies: when, once, where to, and what becomes of a failure; real packages among them. */
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Bench,
  bench,
  closeAll,
  createId,
  type Files,
  logged,
  metricsOf,
  offline,
  subdomain,
  until,
  visit,
  WORKER,
  zipOf,
} from "./support/client";

const python = { mainFile: "main.py", runtimeEnvironment: "python" };
const onWeb = { exposedViaWeb: "true", memoryMB: "1024" };
/** An install from a registry on a busy machine. */
const LONG_MS = 540_000;

async function installed(table: Bench, id: string): Promise<void> {
  const deadline = Date.now() + LONG_MS;
  while (metricsOf(table, id)?.online !== true) {
    if (Date.now() > deadline || /Cannot start/.test(table.emulator.log(id)))
      throw new Error(`The app is not online. Its log:\n${table.emulator.log(id)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Asks through the tools themselves, so that mirrors and proxies which are configured for them count. */
function reaches(command: string, args: string[], what: string): boolean {
  const run = spawnSync(command, args, { encoding: "utf8", timeout: 120_000 });
  if (run.status === 0) return true;
  const frame = "!".repeat(80);
  console.error(
    `\n${frame}\n${what} CANNOT BE REACHED FROM THIS MACHINE: INSTALLING REAL PACKAGES IS NOT TESTED.\n` +
      `${command} ${args.join(" ")}: ${(run.stderr ?? String(run.error)).trim().split("\n").pop()}\n${frame}\n`,
  );
  return false;
}

describe("emulator: dependencies", function () {
  this.timeout(600_000);
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "emulator-run-"));
  });
  afterEach(async () => {
    await closeAll();
    rmSync(data, { recursive: true });
  });

  it("installs dependencies once, and only if the manifest has any", async () => {
    const table = await bench({ data });
    const files = {
      "package.json": JSON.stringify({ dependencies: { greeting: "file:./greeting" } }),
      "greeting/package.json": JSON.stringify({ name: "greeting", version: "1.0.0" }),
      "greeting/index.js": "module.exports = 'from the dependency';",
      "index.js": "console.log(require('greeting')); setInterval(() => {}, 1000);",
    };
    const id = await createId(table.api, files);
    await installed(table, id);
    await logged(table, id, /Installing dependencies: npm install\n[\s\S]*from the dependency/);
    await table.api.post(`/v1/apps/${id}/restart`);
    await installed(table, id);
    assert.equal(table.emulator.log(id).match(/Installing dependencies/g)?.length, 1);
    const none = await createId(table.api, {
      ...WORKER,
      "package.json": JSON.stringify({ scripts: {}, dependencies: {} }),
    });
    await installed(table, none);
    assert.doesNotMatch(table.emulator.log(none), /Installing/);
  });

  it("installs Python packages only for the app, which sees none of the machine's", async () => {
    const table = await bench({ data });
    // A wheel beside the manifest, so that no index is asked.
    const wheel = "greeting-1-py3-none-any.whl";
    const code = `
import importlib.util, sys, time
print("prefix", sys.prefix, "own pip", importlib.util.find_spec("pip") is not None, flush=True)
print("greeting", importlib.util.find_spec("greeting") is not None, flush=True)
time.sleep(999)`;
    const files = {
      "requirements.txt": `# comment\n./${wheel}\n`,
      [wheel]: await zipOf({
        "greeting.py": "text = 'from the package'",
        "greeting-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: greeting\nVersion: 1\n",
        "greeting-1.dist-info/WHEEL":
          "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "greeting-1.dist-info/entry_points.txt": "[console_scripts]\ngreet = greeting:main\n",
        "greeting-1.dist-info/RECORD": "",
      }),
      "main.py": code,
    };
    const id = await createId(table.api, files, python);
    const bare = await createId(table.api, { "main.py": code }, python);
    await Promise.all([installed(table, id), installed(table, bare)]);
    await logged(table, id, /Installing dependencies: pip install -r requirements\.txt\n/);
    await logged(table, id, new RegExp(`prefix ${join(data, "apps", id)}.* own pip True\ngreeting True`));
    await logged(
      table,
      bare,
      new RegExp(`prefix ${join(data, "apps", bare)}.* own pip False\ngreeting False`),
    );
    assert.deepEqual((await table.api.get(`/v1/apps/${id}/files`)).data.files.length, 3);
    await table.api.post(`/v1/apps/${id}/restart`);
    await installed(table, id);
    assert.equal(table.emulator.log(id).match(/Installing dependencies/g)?.length, 1);
  });

  it("reports why dependencies could not be installed with the message of npm or pip, and does not start", async () => {
    const table = await bench();
    const node = await createId(table.api, { ...WORKER, "package.json": "{ broken" });
    const pip = await createId(
      table.api,
      { "main.py": "print('at work')", "requirements.txt": "./missing-1-py3-none-any.whl\n" },
      { ...python, ...onWeb },
    );
    for (const id of [node, pip]) {
      await until("it has given up", () =>
        table.emulator.log(id).includes("Cannot start: installing dependencies"),
      );
      assert.doesNotMatch(table.emulator.log(id), /at work/);
      await offline(table, id);
    }
    assert.match(table.emulator.log(node), /Cannot start: .* \(npm error .*JSON/i);
    assert.match(table.emulator.log(pip), /Cannot start: .* \(ERROR: .*missing-1/);
    const page = await visit(table.emulator.port, `${labelOf(table, pip)}.localhost`);
    assert.match(page.text, /has crashed.*ERROR: .*missing-1/);
  });

  const labelOf = ({ emulator }: Bench, id: string) =>
    emulator.apps().find((app) => app._id === id)?.assignedSubdomain;

  const PYTHON_APPS: Record<string, { files: Files; startupCommand?: string; web?: true; says: RegExp }> = {
    "Flask with gunicorn": {
      files: {
        "requirements.txt": "flask\ngunicorn\n",
        "main.py":
          "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef home():\n    return 'hello from flask'\n",
      },
      startupCommand: "gunicorn --bind 127.0.0.1:$PORT main:app",
      web: true,
      says: /hello from flask/,
    },
    "FastAPI with uvicorn": {
      files: {
        "requirements.txt": "fastapi\nuvicorn\n",
        "main.py":
          "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {'hello': 'from fastapi'}\n",
      },
      startupCommand: "uvicorn main:app --host 127.0.0.1 --port $PORT",
      web: true,
      says: /from fastapi/,
    },
    "a discord.py bot": {
      files: {
        "requirements.txt": "discord.py\n",
        "main.py":
          "import discord, time\nclient = discord.Client(intents=discord.Intents.default())\nprint('bot with discord.py', discord.__version__, flush=True)\ntime.sleep(999)\n",
      },
      says: /bot with discord\.py \d/,
    },
  };

  it("runs Python apps with packages from PyPI: Flask, FastAPI, discord.py", async function () {
    const probe = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", data, "itsdangerous"];
    if (!reaches("python3", probe, "PYPI")) return this.skip();
    const table = await bench({ data });
    const runs = Object.entries(PYTHON_APPS).map(async ([appName, { files, startupCommand, web, says }]) => {
      const id = await createId(table.api, files, {
        ...python,
        appName,
        startupCommand,
        ...(web ? onWeb : {}),
      });
      await installed(table, id);
      if (!web) return logged(table, id, says);
      const host = await subdomain(table.api, id);
      await until(`${appName} answers`, async () => says.test((await visit(table.emulator.port, host)).text));
    });
    await Promise.all(runs);
  });

  it("runs a Node app with an ES module, a native module and a build step, from npm", async function () {
    if (!reaches("npm", ["view", "nanoid", "version"], "THE NPM REGISTRY")) return this.skip();
    const table = await bench({ data });
    const files = {
      "package.json": JSON.stringify({
        type: "module",
        scripts: {
          build:
            "esbuild src/index.ts --bundle --platform=node --packages=external --format=esm --outfile=dist/index.js",
        },
        dependencies: { nanoid: "^5.0.0", bufferutil: "^4.0.0" },
        devDependencies: { esbuild: "^0.25.0" },
      }),
      "yarn.lock": "# yarn lockfile v1\n",
      "src/index.ts": `
        import { nanoid } from "nanoid";
        import bufferutil from "bufferutil";
        const bytes: Buffer = Buffer.from([1, 2, 3, 4]);
        bufferutil.unmask(bytes, Buffer.from([1, 1, 1, 1]));
        console.log("built", nanoid().length, bytes.toString("hex"));
        setInterval(() => {}, 1000);`,
    };
    const startupCommand = "npm run build && node dist/index.js";
    const id = await createId(table.api, files, { mainFile: "N/A", startupCommand, memoryMB: "1024" });
    await installed(table, id);
    const deadline = Date.now() + LONG_MS;
    while (!/built 21 00030205/.test(table.emulator.log(id))) {
      if (Date.now() > deadline) throw new Error(table.emulator.log(id));
      await new Promise((done) => setTimeout(done, 100));
    }
  });
});
