/** States of earlier versions: this version previews each without a change, on any machine and with any URL. */
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../support/campos-stack";
import type { StateResource } from "../support/stack";
import { openFixture } from "./support";

const versions = readdirSync(__dirname).filter((name) => /^v\d/.test(name));

for (const version of versions) {
  describe(`a stack of ${version}`, () => {
    const file = join(__dirname, version, "state.json");
    let bench: Bench;

    before(async () => {
      bench = await openFixture(version);
      await bench.stack.must("stack", "import", "--file", file);
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

    it("is updated in place if something changes", async () => {
      const program = readFileSync(join(bench.stack.dir, "index.js"), "utf8");
      bench.stack.write({ "index.js": program.replace("memoryMB: 256", "memoryMB: 512") });
      const steps = await bench.stack.steps();
      const ops = Object.entries(steps).map(([name, { op }]) => `${name} ${op}`);
      const changed = ["archive", "map", "second-account", "team", "web", "zip"];
      assert.deepEqual(
        ops.filter((each) => !each.endsWith(" same")).sort(),
        changed.map((name) => `${name} update`),
      );
    });
  });
}

it("exists for this major version", () => {
  assert.ok(versions.length > 0);
});
