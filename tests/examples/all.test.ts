/** All examples: each has a test, and everything that is needed to copy and run it. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../scripts/demo/workspace";

const examples = join(repository, "examples");
const names = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const read = (...path: string[]) => readFileSync(join(...path), "utf8");

describe("each example", () => {
  it("has a test", () => {
    const folders = ["examples", "tooling"].map((folder) => join(repository, "tests", folder));
    const tests = folders.flatMap((folder) =>
      readdirSync(folder).flatMap((file) => (file.endsWith(".test.ts") ? [read(folder, file)] : [])),
    );
    const untested = names.filter((name) => !tests.some((text) => text.includes(`"${name}"`)));
    assert.deepEqual(untested, []);
  });

  it("has a README that says what it shows and how to run it", () => {
    for (const name of names) assert.match(read(examples, name, "README.md"), /^# /, name);
  });

  it("depends on the published version of this package", () => {
    const { version } = JSON.parse(read(repository, "package.json"));
    const programs = names.filter((name) => existsSync(join(examples, name, "package.json")));
    for (const name of programs) {
      const { dependencies } = JSON.parse(read(examples, name, "package.json"));
      assert.equal(dependencies["pulumi-camposcloud"], `^${version}`, name);
    }
  });
});
