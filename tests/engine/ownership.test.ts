/** Replacements and new URNs on the real engine: the existing apps are always those in the states. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import JSZip from "jszip";
import { type Emulator, startEmulator } from "../../emulator";
import { Stack } from "../support/stack";

/** The three kinds of source, as apps of one stack. Options of the resources come from `opts.json`. */
const program = `
const pulumi = require("@pulumi/pulumi");
const { CamposApp } = require("pulumi-camposcloud");
const { adopt, main = "index.js", names = ["folder", "map", "zip"], parent, options = {} } = JSON.parse(require("node:fs").readFileSync("opts.json", "utf8"));
const usual = { mainFile: main, runtimeEnvironment: "nodejs", memoryMB: 256, minReadySeconds: 0, adopt };
const text = (body) => new pulumi.asset.StringAsset(body);
const sources = { folder: "./app", map: { "index.js": text("// map"), "b.js": text("// map") }, zip: "./app.zip" };
const above = parent ? new pulumi.ComponentResource("test:Group", "group") : undefined;
for (const name of names) {
  const opts = { ...options, ...(above ? { parent: above } : {}) };
  if (parent === "aliased") opts.aliases = [{ parent: pulumi.rootStackResource }];
  new CamposApp(name, { ...usual, source: sources[name] }, opts);
}
`;

const noMarker = (files: string[]) => !files.includes(".pulumi-camposcloud");

describe("the ownership of apps", function () {
  this.timeout(600_000);
  let emulator: Emulator;
  let stack: Stack;

  const options = (given: object) => stack.write({ "opts.json": JSON.stringify(given) });
  const idsIn = async () => (await stack.apps()).map((app) => app.id ?? "").sort();
  const remote = () =>
    emulator
      .apps()
      .map((app) => app._id)
      .sort();
  const urns = async () => (await stack.apps()).map((app) => app.urn);

  /** Checks that the apps in the states are those that exist, and that a second `up` does nothing. */
  const settled = async (others: readonly string[] = []) => {
    assert.deepEqual([...(await idsIn()), ...others].sort(), remote());
    const again = await stack.up("--expect-no-changes");
    assert.equal(again.code, 0, again.text);
  };
  const up = async (...args: string[]) => {
    const run = await stack.up(...args);
    assert.equal(run.code, 0, run.text);
  };

  before(async () => {
    emulator = await startEmulator({ run: false, writeWindowSeconds: 0, requestsPerMinute: 0 });
    stack = await Stack.create({
      files: { "index.js": program, "opts.json": "{}", "app/index.js": "// folder\n", "app/b.js": "// b\n" },
      config: {
        "camposcloud:token": emulator.token,
        "camposcloud:baseUrl": emulator.url,
        "camposcloud:writeIntervalSeconds": "0",
      },
    });
    const zip = new JSZip().file("index.js", "// zip").file("b.js", "// zip");
    writeFileSync(join(stack.dir, "app.zip"), await zip.generateAsync({ type: "nodebuffer" }));
    await up();
  });
  after(async () => {
    await emulator.close();
    stack.dispose();
  });

  it("leaves no marker after a creation", async () => {
    await settled();
    assert.equal(remote().length, 3);
    for (const id of remote()) {
      const answer = await fetch(`${emulator.url}/v1/apps/${id}/files?path=/`, {
        headers: { Authorization: `Bearer ${emulator.token}` },
      });
      const { files } = (await answer.json()) as { files: { name: string }[] };
      assert.ok(noMarker(files.map((file) => file.name)));
    }
  });

  const replacements: [what: string, replace: () => Promise<void>][] = [
    ["--replace", async () => up(...(await urns()).flatMap((urn) => ["--replace", urn]))],
    ["--target-replace", async () => up(...(await urns()).flatMap((urn) => ["--target-replace", urn]))],
    [
      "replaceOnChanges",
      async () => {
        options({ options: { replaceOnChanges: ["mainFile"] }, main: "b.js" });
        await up();
      },
    ],
    [
      "a changed main file",
      async () => {
        options({});
        await up();
      },
    ],
  ];
  for (const [what, replace] of replacements) {
    it(`has new apps after ${what}, and the old ones are gone`, async () => {
      const before = remote();
      await replace();
      assert.deepEqual(
        remote().filter((id) => before.includes(id)),
        [],
      );
      await settled();
    });
  }

  it("keeps the apps under a new parent with an alias and replaces them without one", async () => {
    const before = remote();
    options({ parent: "aliased" });
    await up();
    assert.deepEqual(remote(), before);
    await settled();
    options({ parent: "bare" });
    await up();
    await settled();
    options({});
    await up();
    await settled();
    assert.equal(remote().length, 3);
  });

  it("does not take over an app of a renamed stack for a new stack with the old name", async () => {
    const first = remote();
    await stack.must("stack", "rename", "prod");
    await up();
    assert.deepEqual(remote(), first);
    await stack.must("stack", "init", "dev");
    for (const [key, value] of Object.entries({
      "camposcloud:token": emulator.token,
      "camposcloud:baseUrl": emulator.url,
      "camposcloud:writeIntervalSeconds": "0",
    })) {
      await stack.must("config", "set", ...(key.endsWith("token") ? ["--secret"] : []), key, value);
    }
    await up();
    await settled(first);
    assert.equal(remote().length, 6);
    await stack.must("destroy", "--yes", "--skip-preview");
    assert.deepEqual(remote(), first);
    await stack.must("stack", "select", "prod");
    await settled();
  });

  it("destroys the resources in the state, with and without running the program", async () => {
    const run = await stack.destroy("--run-program");
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(remote(), []);
  });
});
