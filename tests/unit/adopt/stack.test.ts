/** How camposcloud-adopt gets and reads the state of a stack. */
import { strict as assert } from "node:assert";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportState, stackOf } from "../../../provider/adopt/stack";

const dynamic = "pulumi-nodejs:dynamic/camposcloud:CamposApp";
const native = "camposcloud:index:App";

function resource(type: string, name: string, id: string, more: object = {}) {
  return { type, urn: `urn:pulumi:dev::shop::${type}::${name}`, id, ...more };
}

describe("the state of a stack", () => {
  it("contains the managed apps of both providers, but not those that are only read", () => {
    const resources = [
      resource("pulumi:pulumi:Stack", "shop-dev", "x"),
      resource(dynamic, "a", "1"),
      resource(native, "b", "2"),
      resource(dynamic, "c", "3", { external: true }),
      resource("random:index:RandomString", "d", "4"),
    ];
    const stack = stackOf(JSON.stringify({ version: 3, deployment: { resources } }), "state.json");
    assert.deepEqual([...stack.ids], ["1", "2"]);
    assert.deepEqual([...stack.names], ["a", "b", "c"]);
    assert.equal(stackOf('{"version":3,"deployment":null}', "x").ids.size, 0);
    assert.throws(() => stackOf("no", "state.json"), /state\.json is not the state of a stack/);
  });

  const { PATH } = process.env;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "adopt-"));
  });
  afterEach(() => {
    process.env["PATH"] = PATH;
    rmSync(folder, { recursive: true });
  });
  const pulumi = (script: string) => {
    const file = join(folder, "pulumi");
    writeFileSync(file, `#!${process.execPath}\n${script}`);
    chmodSync(file, 0o755);
    process.env["PATH"] = folder;
  };

  it("can have any size", async function () {
    if (process.platform === "win32") return this.skip();
    pulumi(
      'require("fs").writeFileSync(process.argv[process.argv.indexOf("--file") + 1], "x".repeat(5e6)); process.stdout.write("y".repeat(3e6).slice(0, 9e5))',
    );
    assert.equal((await exportState()).length, 5e6);
  });

  it("reports a missing pulumi only if it is missing", async function () {
    if (process.platform === "win32") return this.skip();
    process.env["PATH"] = folder;
    await assert.rejects(exportState(), /pulumi is not on the PATH\. Select a stack/);
    pulumi('console.error("error: no stack selected"); process.exit(255)');
    await assert.rejects(
      exportState(),
      /Could not read the stack's state: error: no stack selected\. Select/,
    );
  });
});
