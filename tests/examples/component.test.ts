/** The example component: its own unit tests as its README runs them, its types, and a deployment. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { repository } from "../../scripts/demo/workspace";
import { visit } from "../support/campos-stack";
import { type Example, openExample } from "./support/example";

const bin = (path: string) => join(repository, "node_modules", path);

describe("the example component", () => {
  let example: Example;

  before(async () => {
    example = await openExample("component");
    await example.init();
  });
  after(() => example?.close());

  it("passes its unit tests", async () => {
    const flags = ["--require", "ts-node/register/transpile-only"];
    const text = await example.run(process.execPath, bin("mocha/bin/mocha.js"), ...flags, "web-app.test.ts");
    assert.match(text, /5 passing/);
  });

  it("compiles, including its unit tests", async () => {
    await example.run(process.execPath, bin("typescript/bin/tsc"));
  });

  it("is deployed with the database's URL, and hides it", async () => {
    const address = "postgres://shop:hush@db.example.com/shop";
    await example.pulumi("config", "set", "--secret", "databaseUrl", address);
    await example.pulumi("up", "--yes", "--skip-preview");
    const url = await example.pulumi("stack", "output", "url");
    assert.equal(await visit(url), "The shop is open, with a database, in production\n");
    assert.ok(!(await example.pulumi("stack", "export")).includes("hush"));
    await example.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    await example.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(example.emulator.apps(), []);
  });
});
