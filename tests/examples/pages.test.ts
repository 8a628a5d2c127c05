/** Runs the commands of the pages on accounts, secrets and recipes. */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../emulator";
import { type Bench, openBench } from "../support/campos-stack";

const usual = '{ source: "./app", mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: 256';
const head =
  'const pulumi = require("@pulumi/pulumi"); const { CamposApp, getApps } = require("pulumi-camposcloud");';

describe("the pages", () => {
  let bench: Bench;
  let work: Emulator;

  before(async () => {
    work = await startEmulator({ token: "key-of-work", run: false });
    bench = await openBench({ emulator: { run: false, writeWindowSeconds: 0 } });
  });
  after(async () => {
    await bench?.close();
    await work?.close();
  });
  const up = async (...args: string[]) => {
    const run = await bench.stack.up(...args);
    assert.equal(run.code, 0, run.text);
  };

  it("on accounts: manage apps in two accounts", async () => {
    const set = (...args: string[]) => bench.stack.must("config", "set", "--path", ...args);
    await set("--secret", "camposcloud:accounts.work.token", work.token);
    await set("camposcloud:accounts.work.baseUrl", work.url);
    bench.stack.write({
      "index.js": `${head} new CamposApp("mine", ${usual} }); new CamposApp("ours", ${usual}, account: "work" });
        exports.atWork = getApps({ account: "work" }).then((apps) => apps.map(({ name }) => name));`,
    });
    await up();
    assert.deepEqual(
      [bench.emulator.apps(), work.apps()].map((apps) => apps.map(({ name }) => name)),
      [["mine"], ["ours"]],
    );
    await bench.stack.must("refresh", "--yes", "--skip-preview");
    assert.ok(!(await bench.stack.stateText()).includes(work.token));
    await up();
    assert.deepEqual(await bench.stack.outputs(), { atWork: ["ours"] });
  });

  it("on secrets: show which variable changes, not its value", async () => {
    const app = (value: string) =>
      `${head} new CamposApp("mine", ${usual}, environmentVariables: { SESSION_SECRET: new pulumi.Config().requireSecret("sessionSecret"), LOG_LEVEL: "${value}" } });`;
    await bench.stack.must("config", "set", "--secret", "sessionSecret", "hush-hush");
    bench.stack.write({ "index.js": app("quiet-level") });
    await up();
    bench.stack.write({ "index.js": app("loud-level") });
    const { text } = await bench.stack.preview("--diff");
    assert.match(text, /~ LOG_LEVEL\s*: \[secret\]/);
    assert.doesNotMatch(text, /loud-level|quiet-level|hush-hush|~ SESSION_SECRET/);
    const state = await bench.stack.stateText();
    assert.doesNotMatch(state, /quiet-level|hush-hush/);
  });

  it("in the recipes: stop an app with a setting, and detect drift", async () => {
    const app = `${head} new CamposApp("mine", ${usual}, running: new pulumi.Config().getBoolean("running") ?? true });`;
    bench.stack.write({ "index.js": app });
    await up();
    const drift = () => bench.stack.preview("--refresh", "--expect-no-changes");
    assert.equal((await drift()).code, 0);
    const [mine] = bench.emulator.apps();
    const headers = { authorization: `Bearer ${bench.emulator.token}` };
    await fetch(`${bench.emulator.url}/v1/apps/${mine?._id}/stop`, { method: "POST", headers });
    assert.notEqual((await drift()).code, 0);
    await bench.stack.must("config", "set", "running", "false");
    await up();
    assert.equal(bench.emulator.apps()[0]?.currentResourceMetrics?.online, false);
    assert.equal((await drift()).code, 0);
  });
});
