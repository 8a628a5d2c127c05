/** States of earlier versions: this version previews each without a change, on any machine and with any URL, and can update it. */
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../support/campos-stack";
import type { StateResource } from "../support/stack";
import { importState, openFixture } from "./support";

const versions = readdirSync(__dirname).filter((name) => /^v\d/.test(name));

for (const version of versions) {
  describe(`a stack of ${version}`, function () {
    this.timeout(300_000);
    const file = join(__dirname, version, "state.json");
    let bench: Bench;

    before(async () => {
      bench = await openFixture(version);
      await importState(bench, file);
    });
    after(() => bench?.close());

    it("contains no paths of a machine", () => {
      assert.doesNotMatch(readFileSync(file, "utf8"), /campos-stack-|project:\/\/\/\.\.|"hush"/);
    });

    it("shows no change, without requests to the API", async () => {
      const preview = await bench.stack.preview("--diff", "--expect-no-changes");
      assert.equal(preview.code, 0, preview.text);
      assert.deepEqual(bench.calls(), []);
    });

    it("can be read with its secrets", async () => {
      const { stdout } = await bench.stack.must("stack", "export", "--show-secrets");
      const state = JSON.parse(stdout) as { deployment: { resources: StateResource[] } };
      const web = state.deployment.resources.find(({ urn }) => urn.endsWith("::web"));
      assert.match(JSON.stringify(web?.outputs["environmentVariables"]), /hush/);
    });

    const stateIds = async () => (await bench.stack.apps()).map((app) => app.id ?? "").sort();
    const remoteIds = () =>
      bench.emulator
        .apps()
        .map((app) => app._id)
        .sort();
    const up = async (...args: string[]) => {
      const run = await bench.stack.up(...args);
      assert.equal(run.code, 0, run.text);
    };
    /** Checks that the state has the existing apps, and that neither `up` nor `refresh` finds a change. */
    const settled = async () => {
      assert.deepEqual(await stateIds(), remoteIds());
      await up("--expect-no-changes");
      const refresh = await bench.stack.refresh("--expect-no-changes");
      assert.equal(refresh.code, 0, refresh.text);
    };

    it("is updated in place if something changes", async () => {
      const before = remoteIds();
      const program = readFileSync(join(bench.stack.dir, "index.js"), "utf8");
      bench.stack.write({
        "index.js": program.replace("memoryMB: 256", "memoryMB: 512"),
        "bot/main.py": "print('new')\n",
      });
      const steps = await bench.stack.steps();
      const ops = Object.entries(steps).map(([name, { op }]) => `${name} ${op}`);
      const changed = ["archive", "bot", "map", "second-account", "team", "web", "zip"];
      assert.deepEqual(
        ops.filter((each) => !each.endsWith(" same")).sort(),
        changed.map((name) => `${name} update`),
      );
      await up();
      assert.deepEqual(remoteIds(), before);
      assert.deepEqual(new Set(bench.emulator.apps().map((app) => app.allocatedMemoryMB)), new Set([512]));
      await settled();
    });

    it("is replaced without leaving apps behind", async () => {
      const before = remoteIds();
      const urns = (await bench.stack.apps()).map(({ urn }) => urn);
      await up(...urns.flatMap((urn) => ["--replace", urn]));
      assert.deepEqual(
        remoteIds().filter((id) => before.includes(id)),
        [],
      );
      assert.equal(remoteIds().length, before.length);
      assert.deepEqual(await stateIds(), remoteIds());
    });

    it("is destroyed", async () => {
      const run = await bench.stack.destroy();
      assert.equal(run.code, 0, run.text);
      assert.deepEqual(remoteIds(), []);
      assert.deepEqual(await stateIds(), []);
    });
  });
}

it("exists for this major version", () => {
  assert.ok(versions.length > 0);
});
