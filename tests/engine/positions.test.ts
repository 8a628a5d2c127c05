/** The source position of a resource in the state. */
import { strict as assert } from "node:assert";
import { type Bench, openBench, simpleApp } from "../support/campos-stack";

describe("the source position of a resource", () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench({ emulator: { run: false } });
  });
  after(() => bench.close());

  const write = (...lines: string[]) =>
    bench.stack.write({
      "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: index.ts\n",
      "index.ts": ['import { CamposApp } from "pulumi-camposcloud";', ...lines, ""].join("\n"),
    });

  it("is recorded in the state as the line in the TypeScript source", async () => {
    write(
      "",
      "interface Unused { that: 'the compiler takes out' }",
      "",
      `new CamposApp("web", ${simpleApp});`,
    );
    const up = await bench.stack.up();
    assert.equal(up.code, 0, up.text);
    assert.match(await bench.stack.stateText(), /"sourcePosition": "project:\/\/\/index\.ts#5,/);
  });
});
