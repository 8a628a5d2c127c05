/** One app of each kind in one stack on the real engine: which succeed, how the others fail, and that the next `up` repairs them. */
import { strict as assert } from "node:assert";
import { errorsByName, nameOf } from "../faults/fault-bench";
import { type Bench, openBench } from "../support/campos-stack";
import type { Run } from "../support/stack";

const bot = "setInterval(() => {}, 1000);\n";
const server = (status: number, afterMs = 0) =>
  `const { createServer } = require("node:http");
const server = createServer((_, answer) => { answer.statusCode = ${status}; answer.end("hello"); });
setTimeout(() => server.listen(process.env.PORT), ${afterMs});\n`;
const mortal = "setTimeout(() => process.exit(1), 2500);\n";

interface Kind {
  args?: Record<string, unknown>;
  source: string;
  repaired?: string;
  /** The expected failure; none for success. */
  fails?: RegExp;
  warns?: RegExp;
}

const web = { exposedViaWeb: true };

const kinds: Record<string, Kind> = {
  healthy: { source: bot },
  dies: {
    source: mortal,
    repaired: bot,
    fails: /did not stay online: it ended about \d+ s .*restarted 0 times.*\/[0-9a-f]{24}/,
  },
  loops: {
    args: { autoRestartEnabled: true },
    source: mortal,
    repaired: bot,
    fails: /did not stay online: it ended about \d+ s .*restarted [01] times?.*\/[0-9a-f]{24}/,
  },
  careless: { args: { waitForOnline: false }, source: mortal },
  checked: { args: { ...web, healthCheck: { path: "/up" } }, source: server(204) },
  slow: { args: { ...web, healthCheck: { timeoutSeconds: 60 } }, source: server(200, 3000) },
  deaf: { args: web, source: bot, warns: /returned no status below 500 within 15 s.*503/ },
  "deaf and checked": {
    args: { ...web, healthCheck: { timeoutSeconds: 2 } },
    source: bot,
    repaired: server(200),
    fails: /health check of .* failed: GET http.* within 2 s.*503/,
  },
  "dies while checked": {
    args: { ...web, healthCheck: {} },
    source: `${server(503)}setTimeout(() => process.exit(1), 9000);\n`,
    repaired: server(200),
    fails: /did not stay online: it ended about \d+ s .*restarted 0 times.*\/[0-9a-f]{24}/,
  },
  "failing unasked": { args: { ...web, healthCheck: { enabled: false } }, source: server(500) },
};

const folderOf = (name: string) => name.replaceAll(" ", "-");

describe("a successful up means that the app works", () => {
  let bench: Bench;
  let ids: Map<string, string | undefined>;

  const up = (...args: string[]) => bench.stack.up("--continue-on-error", "--parallel", "40", ...args);
  const stateIds = async () => new Map((await bench.stack.apps()).map((app) => [nameOf(app.urn), app.id]));
  const warningsOf = (run: Run, id: string | undefined) =>
    run.text.split("\n").filter((line) => line.includes("warning:") && line.includes(id ?? "no id"));

  before(async function () {
    this.timeout(300_000);
    const apps = Object.fromEntries(
      Object.entries(kinds).map(([name, { args }]) => [
        folderOf(name),
        {
          source: `./${folderOf(name)}`,
          mainFile: "index.js",
          runtimeEnvironment: "nodejs",
          memoryMB: 256,
          ...args,
        },
      ]),
    );
    const sources = Object.entries(kinds).map(([name, { source }]) => [`${folderOf(name)}/index.js`, source]);
    bench = await openBench({
      emulator: { writeWindowSeconds: 0, requestsPerMinute: 0 },
      config: { "camposcloud:writeIntervalSeconds": "0" },
      files: {
        "index.js": [
          'const { CamposApp } = require("pulumi-camposcloud");',
          `for (const [name, args] of Object.entries(${JSON.stringify(apps)})) new CamposApp(name, args);`,
          "",
        ].join("\n"),
        ...Object.fromEntries(sources),
      },
    });
  });
  after(() => bench.close());

  it("succeeds for apps that work, and reports the reason for each other app in one line", async function () {
    this.timeout(300_000);
    const run = await up();
    const errors = errorsByName(run);
    ids = await stateIds();
    assert.equal(ids.size, Object.keys(kinds).length, run.text);
    for (const [name, { fails, warns }] of Object.entries(kinds)) {
      const lines = (errors.get(folderOf(name)) ?? []).filter((line) => !line.startsWith("warning:"));
      if (fails) {
        assert.equal(lines.length, 1, `${name}\n${run.text}`);
        assert.match(lines[0] ?? "", fails, name);
      } else {
        assert.deepEqual(lines, [], `${name}\n${run.text}`);
      }
      const warnings = warningsOf(run, ids.get(folderOf(name)));
      assert.equal(warnings.length > 0, warns !== undefined, `${name}\n${run.text}`);
      if (warns) assert.match(warnings[0] ?? "", warns, name);
    }
  });

  it("fails again if nothing was fixed, and sends no requests to apps in a preview or a refresh", async function () {
    this.timeout(300_000);
    bench.calls();
    assert.equal((await bench.stack.preview("--expect-no-changes")).code === 0, false);
    assert.deepEqual(bench.calls(), []);
    const run = await up("--target", (await urnOf("dies")) ?? "");
    assert.match(errorsByName(run).get("dies")?.[0] ?? "", /did not stay online/, run.text);
  });

  it("repairs the apps in place with the next up", async function () {
    this.timeout(300_000);
    for (const [name, { repaired }] of Object.entries(kinds)) {
      if (repaired) bench.stack.write({ [`${folderOf(name)}/index.js`]: repaired });
    }
    const run = await up();
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(await stateIds(), ids);
    assert.equal((await up("--expect-no-changes")).code, 0);
  });

  async function urnOf(name: string): Promise<string | undefined> {
    return (await bench.stack.apps()).find((app) => nameOf(app.urn) === name)?.urn;
  }
});
