/** The examples of one stack: each deployed from a copy, changed as its README says, and removed. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { visit } from "../support/campos-stack";
import { havePrograms } from "../support/programs";
import { type Example, openExample } from "./support/example";

/** One example for the tests of a block. */
function use(name: string, run: boolean): () => Example {
  let example: Example;
  before(async () => {
    example = await openExample(name, { run });
    await example.init();
  });
  after(() => example?.close());
  return () => example;
}

const up = (example: Example, ...args: string[]) => example.pulumi("up", "--yes", "--skip-preview", ...args);

async function destroyed(example: Example): Promise<void> {
  await example.pulumi("destroy", "--yes", "--skip-preview");
  assert.deepEqual(example.emulator.apps(), []);
}

function edit({ folder }: Example, file: string, from: string, to: string): void {
  const text = readFileSync(join(folder, file), "utf8");
  assert.ok(text.includes(from), `${file} does not say ${from}`);
  writeFileSync(join(folder, file), text.replace(from, to));
}

describe("the example fleet", () => {
  const example = use("fleet", false);

  it("creates twelve bots, changes one and deletes one", async () => {
    await up(example());
    const apps = example().emulator.apps();
    assert.equal(apps.length, 12);
    assert.deepEqual([...new Set(apps.map(({ allocatedMemoryMB }) => allocatedMemoryMB))].sort(), [256, 512]);
    example().writes();
    edit(example(), "bots.ts", 'topic: "tennis" }', 'topic: "tennis", everySeconds: 10 }');
    edit(example(), "bots.ts", '  { name: "jokes", topic: "jokes" },\n', "");
    await up(example());
    const update = "POST /v1/apps/ID/update";
    assert.deepEqual(
      new Set(example().writes()),
      new Set([update, "POST /v1/apps/ID/restart", "DELETE /v1/apps/ID/delete"]),
    );
    assert.equal(example().emulator.apps().length, 11);
    await destroyed(example());
  });
});

describe("the example monorepo", () => {
  const example = use("monorepo", true);

  it("deploys three apps that use the shared code", async () => {
    await up(example());
    const { url, apiUrl } = JSON.parse(await example().pulumi("stack", "output", "--json"));
    assert.equal(await visit(apiUrl), '{"brand":"Bolo & Café"}');
    assert.equal(await visit(url), `Bolo & Café, with the API at ${apiUrl}\n`);
    assert.deepEqual(
      example()
        .emulator.apps()
        .map(({ name }) => name)
        .sort(),
      ["api", "web", "worker"],
    );
  });

  it("only deploys the apps whose code has changed", async () => {
    const changed = async () => {
      const { steps } = JSON.parse(await example().pulumi("preview", "--json"));
      const updates = steps.filter(({ op }: { op: string }) => op === "update");
      return updates.map(({ urn }: { urn: string }) => urn.split("::").at(-1)).sort();
    };
    assert.deepEqual(await changed(), []);
    edit(example(), "code/worker/index.js", "60_000", "30_000");
    assert.deepEqual(await changed(), ["worker"]);
    edit(example(), "code/shared/brand.js", "Café", "Chá");
    assert.deepEqual(await changed(), ["api", "web", "worker"]);
    await destroyed(example());
  });
});

describe("the example zip-source", () => {
  before(function () {
    const need = { programs: ["zip"], packages: "zip", what: "the example zip-source" };
    if (!havePrograms(need)) this.skip();
  });
  const example = use("zip-source", true);

  it("deploys the zip, and a new one only after it was built", async () => {
    await example().run("npm", "run", "--silent", "zip");
    await up(example());
    const url = await example().pulumi("stack", "output", "url");
    assert.equal(await visit(url), "Hello out of a zip\n");
    edit(example(), "app/index.js", "Hello", "Greetings");
    await up(example(), "--expect-no-changes");
    await example().run("npm", "run", "--silent", "zip");
    await up(example());
    assert.equal(await visit(url), "Greetings out of a zip\n");
    await destroyed(example());
  });
});

describe("the example adopt-existing", () => {
  before(function () {
    const need = { programs: ["zip", "curl"], packages: "zip curl", what: "the example adopt-existing" };
    if (!havePrograms(need)) this.skip();
  });
  const example = use("adopt-existing", true);

  it("takes over the app from its README, and releases it", async () => {
    const { pulumi, run, folder, emulator, writes } = example();
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    const script = /^echo[\s\S]*?\/v1\/apps\/create$/m.exec(readme)?.[0] ?? "";
    const answer = await run("bash", "-ec", script.replace("http://127.0.0.1:7070", emulator.url));
    const { _id } = JSON.parse(answer);
    await pulumi("config", "set", "appId", _id);
    writes();
    await up(example());
    assert.deepEqual(writes(), [
      "POST /v1/apps/ID/update",
      "POST /v1/apps/ID/upload",
      "POST /v1/apps/ID/restart",
    ]);
    assert.equal(await visit(await pulumi("stack", "output", "url")), "Hello from the program\n");
    assert.deepEqual(
      emulator.apps().map((app) => [app._id, app.allocatedMemoryMB]),
      [[_id, 256]],
    );
    await up(example(), "--expect-no-changes");
    await pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(emulator.apps().length, 1);
  });
});
