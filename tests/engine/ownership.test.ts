/** Replacements and new URNs on the real engine: the existing apps are always those in the states. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import JSZip from "jszip";
import { type Emulator, startEmulator } from "../../emulator";
import { nameOf } from "../faults/fault-bench";
import { Stack } from "../support/stack";

/** A program whose apps, and the options of their resources, come from `opts.json`. */
const program = `
const pulumi = require("@pulumi/pulumi");
const { CamposApp } = require("pulumi-camposcloud");
const { apps, parent } = JSON.parse(require("node:fs").readFileSync("opts.json", "utf8"));
const usual = { runtimeEnvironment: "nodejs", memoryMB: 256, minReadySeconds: 0 };
const text = (body) => new pulumi.asset.StringAsset(body);
const sources = { folder: "./app", map: { "index.js": text("// map"), "b.js": text("// map") }, zip: "./app.zip" };
const above = parent ? new pulumi.ComponentResource("test:Group", "group") : undefined;
const made = {};
for (const [name, { kind, mainFile = "index.js", follows, options }] of Object.entries(apps)) {
  const opts = { ...options, ...(above ? { parent: above } : {}) };
  if (parent === "aliased") opts.aliases = [{ parent: pulumi.rootStackResource }];
  if (follows) opts.replaceWith = [made[follows]];
  made[name] = new CamposApp(name, { ...usual, mainFile, source: sources[kind] }, opts);
}
`;

interface App {
  kind: string;
  mainFile?: string;
  /** The app whose replacement also replaces this one. */
  follows?: string;
  options?: object;
}

const kinds = ["folder", "map", "zip"];

/** Ways to cause a replacement: the app before and after it, and the flag or command that requests it. */
const ways: Record<string, { before?: Partial<App>; after?: Partial<App>; by?: "--replace" | "taint" }> = {
  replace: { by: "--replace" },
  taint: { by: "taint" },
  "replace-with": { before: { follows: "replace-folder" }, after: { follows: "replace-folder" } },
  "replacement-trigger": {
    before: { options: { replacementTrigger: "first" } },
    after: { options: { replacementTrigger: "second" } },
  },
  "replace-on-changes": {
    before: { options: { replaceOnChanges: ["memoryMB", "mainFile"] } },
    after: { options: { replaceOnChanges: ["memoryMB", "mainFile"] }, mainFile: "b.js" },
  },
  "main-file": { after: { mainFile: "b.js" } },
};

/** Each way with each kind of source. */
function appsOf(phase: "before" | "after"): Record<string, App> {
  return Object.fromEntries(
    Object.entries(ways).flatMap(([way, change]) =>
      kinds.map((kind) => [`${way}-${kind}`, { kind, ...change[phase] }]),
    ),
  );
}

const oneOfEach: Record<string, App> = Object.fromEntries(kinds.map((kind) => [kind, { kind }]));

const noMarker = (files: string[]) => !files.includes(".pulumi-camposcloud");

describe("the ownership of apps", function () {
  this.timeout(600_000);
  let emulator: Emulator;
  let stack: Stack;

  const config = () => ({
    "camposcloud:token": emulator.token,
    "camposcloud:baseUrl": emulator.url,
    "camposcloud:writeIntervalSeconds": "0",
  });
  const options = (given: object) => stack.write({ "opts.json": JSON.stringify(given) });
  const idsIn = async () => (await stack.apps()).map((app) => app.id ?? "").sort();
  const remote = () =>
    emulator
      .apps()
      .map((app) => app._id)
      .sort();
  const idsByName = async () => new Map((await stack.apps()).map((app) => [nameOf(app.urn), app.id]));
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
      files: {
        "index.js": program,
        "opts.json": JSON.stringify({ apps: appsOf("before") }),
        "app/index.js": "// folder\n",
        "app/b.js": "// b\n",
      },
      config: config(),
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
    assert.equal(remote().length, kinds.length * Object.keys(ways).length);
    for (const id of remote()) {
      const answer = await fetch(`${emulator.url}/v1/apps/${id}/files?path=/`, {
        headers: { Authorization: `Bearer ${emulator.token}` },
      });
      const { files } = (await answer.json()) as { files: { name: string }[] };
      assert.ok(noMarker(files.map((file) => file.name)));
    }
  });

  it("replaces and deletes the old apps for every way to cause a replacement", async () => {
    const before = await idsByName();
    const urnsBy = async (by: string) =>
      (await urns()).filter((urn) => ways[/::(\w[\w-]*)-\w+$/.exec(urn)?.[1] ?? ""]?.by === by);
    await stack.must("state", "taint", ...(await urnsBy("taint")), "--yes");
    options({ apps: appsOf("after") });
    await up(...(await urnsBy("--replace")).flatMap((urn) => ["--replace", urn]));
    const after = await idsByName();
    assert.equal(after.size, before.size);
    assert.deepEqual(
      [...after].filter(([name, id]) => before.get(name) === id).map(([name]) => name),
      [],
    );
    await settled();
  });

  it("replaces only the targets of --target-replace", async () => {
    const before = await idsByName();
    const targets = (await urns()).filter((urn) => urn.includes("::main-file-"));
    await up(...targets.flatMap((urn) => ["--target-replace", urn]));
    const after = await idsByName();
    assert.deepEqual(
      [...after]
        .filter(([name, id]) => before.get(name) !== id)
        .map(([name]) => name)
        .sort(),
      kinds.map((kind) => `main-file-${kind}`),
    );
    await settled();
  });

  it("keeps the apps under a new parent with an alias and replaces them without one", async () => {
    options({ apps: oneOfEach });
    await up();
    const before = remote();
    options({ apps: oneOfEach, parent: "aliased" });
    await up();
    assert.deepEqual(remote(), before);
    options({ apps: oneOfEach, parent: "bare" });
    await up();
    assert.deepEqual(await idsIn(), remote());
    options({ apps: oneOfEach });
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
    await stack.configure(config());
    await up();
    await settled(first);
    assert.equal(remote().length, 6);
    await stack.must("destroy", "--yes", "--skip-preview");
    assert.deepEqual(remote(), first);
    await stack.must("stack", "select", "prod");
    await settled();
  });

  it("keeps an app that is moved to another stack, and does not delete it with the old stack", async () => {
    const { folder, map, zip } = oneOfEach;
    const before = remote();
    const [moved = ""] = (await urns()).filter((urn) => urn.endsWith("::map"));
    const movedId = (await stack.apps()).find(({ urn }) => urn === moved)?.id ?? "";
    const unchanged = async () => {
      const run = await stack.preview("--expect-no-changes");
      assert.equal(run.code, 0, run.text);
    };
    await stack.must("stack", "init", "other");
    await stack.configure(config());
    await stack.must("stack", "select", "prod");
    await stack.must("state", "move", "--source", "prod", "--dest", "other", "--yes", moved);
    options({ apps: { folder, zip } });
    await unchanged();
    await stack.must("stack", "select", "other");
    options({ apps: { map } });
    await unchanged();
    assert.deepEqual(remote(), before);
    await stack.must("stack", "select", "prod");
    options({ apps: { folder, zip } });
    const destroyed = await stack.destroy();
    assert.equal(destroyed.code, 0, destroyed.text);
    assert.deepEqual(remote(), [movedId]);
    await stack.must("stack", "select", "other");
    options({ apps: { map } });
    await settled();
  });

  it("destroys the resources in the state, with and without running the program", async () => {
    const run = await stack.destroy("--run-program");
    assert.equal(run.code, 0, run.text);
    assert.deepEqual(remote(), []);
  });
});
