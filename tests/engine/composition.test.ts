/** Apps in combination with values that are only known at deploy time, resource options, and other stacks. */
import { strict as assert } from "node:assert";
import { type Bench, openBench } from "../support/campos-stack";

const head = [
  'const pulumi = require("@pulumi/pulumi"); const { CamposApp } = require("pulumi-camposcloud");',
  'const usual = { source: "./app", mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: 256, minReadySeconds: 0 };',
  "",
].join("\n");

describe("composition", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench({
      emulator: { run: false, writeWindowSeconds: 0 },
      config: { "camposcloud:writeIntervalSeconds": "0" },
    });
  });
  afterEach(() => bench.close());

  const write = (body: string) => bench.stack.write({ "index.js": head + body });
  const up = async () => {
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    return run;
  };
  const names = () =>
    bench.emulator
      .apps()
      .map((app) => app.name)
      .sort();

  it("accepts values that are only known at deploy time in all arguments", async () => {
    write(`
      const api = new CamposApp("api", { ...usual, exposedViaWeb: true });
      new CamposApp("web", {
        ...usual,
        appName: pulumi.interpolate\`web-of-\${api.id}\`,
        memoryMB: api.createdAt.apply(() => 512),
        source: api.id.apply(() => "./app"),
        ignore: api.id.apply(() => ["*.log"]),
        environmentVariables: api.url.apply((url) => ({ API_URL: url })),
        running: api.online,
      });
    `);
    const preview = await bench.stack.preview();
    assert.equal(preview.code, 0, preview.text);
    assert.deepEqual(bench.calls(), []);
    await up();
    const [api] = bench.emulator.apps().filter((app) => app.name === "api");
    assert.deepEqual(names(), ["api", `web-of-${api?._id}`]);
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
    assert.ok(!(await bench.stack.stateText()).includes('"API_URL": "http'));
  });

  it("shows predictable outputs as known", async () => {
    write(
      'const app = new CamposApp("web", usual); module.exports = { name: app.name, memory: app.allocatedMemoryMB, url: app.url };',
    );
    const { text } = await bench.stack.preview("--diff");
    assert.match(text, /name\s*: "web"/);
    assert.match(text, /memory\s*: 256/);
    assert.match(text, /url\s*: \[unknown\]/);
  });

  it("respects ignoreChanges for arguments and for the source", async () => {
    write('new CamposApp("web", usual);');
    await up();
    const ignoring = (names: string[]) =>
      write(
        `new CamposApp("web", { ...usual, memoryMB: 512 }, { ignoreChanges: ${JSON.stringify(names)} });`,
      );
    ignoring(["memoryMB"]);
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
    ignoring(["memoryMB", "allocatedMemoryMB", "sourceHash", "sourceFiles"]);
    bench.stack.write({ "app/index.js": "// changed\n" });
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
    assert.equal(bench.emulator.apps()[0]?.allocatedMemoryMB, 256);
  });

  it("keeps the old app until the new one is online with deleteBeforeReplace: false, without taking it for the new one", async () => {
    write('new CamposApp("web", usual, { replaceOnChanges: ["memoryMB"], deleteBeforeReplace: false });');
    await up();
    const [before] = bench.emulator.apps();
    write(
      'new CamposApp("web", { ...usual, memoryMB: 512 }, { replaceOnChanges: ["memoryMB"], deleteBeforeReplace: false });',
    );
    bench.calls();
    await up();
    assert.deepEqual(bench.writes(), [
      "POST /v1/apps/create",
      "DELETE /v1/apps/ID/files",
      "DELETE /v1/apps/ID/delete",
    ]);
    const after = bench.emulator.apps();
    assert.equal(after.length, 1);
    assert.notEqual(after[0]?._id, before?._id);
    assert.equal((await bench.stack.apps())[0]?.id, after[0]?._id);
  });

  it("changes nothing if a resource is renamed with an alias or moved into a component", async () => {
    write('new CamposApp("web", { ...usual, appName: "web" });');
    await up();
    write(`
      class Site extends pulumi.ComponentResource {
        constructor(name) {
          super("demo:index:Site", name);
          new CamposApp("front", { ...usual, appName: "web" }, { parent: this, aliases: [{ name: "web", parent: pulumi.rootStackResource }] });
        }
      }
      new Site("site");
    `);
    bench.calls();
    await up();
    assert.deepEqual(bench.calls(), []);
    assert.equal(bench.emulator.apps().length, 1);
    assert.equal((await bench.stack.destroy()).code, 0);
    assert.deepEqual(names(), []);
  });

  it("creates three apps in one program and deletes the one that is removed", async () => {
    write('for (const name of ["a", "b", "c"]) new CamposApp(name, usual);');
    await up();
    assert.deepEqual(names(), ["a", "b", "c"]);
    write('for (const name of ["a", "c"]) new CamposApp(name, usual);');
    await up();
    assert.deepEqual(names(), ["a", "c"]);
  });

  it("uses a new key immediately, even in a refresh if it is in the environment", async () => {
    write('new CamposApp("web", usual);');
    await up();
    await bench.stack.must("config", "set", "--secret", "camposcloud:token", "revoked");
    const refused = await bench.stack.refresh("--run-program");
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /answered 401/);
    await bench.stack.must("config", "set", "--secret", "camposcloud:token", bench.emulator.token);
    await up();
    assert.equal((await bench.stack.refresh("--expect-no-changes")).code, 0);
  });
});
