/** The workflow files of the example github-actions: their syntax, and their use of keys. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../scripts/demo/workspace";
import { openBench } from "../support/campos-stack";

const folder = join(repository, "examples", "github-actions", ".github", "workflows");
const read = (name: string) => readFileSync(join(folder, name), "utf8");

describe("the example github-actions", () => {
  it("previews pull requests without the real key and changes nothing", () => {
    const text = read("preview.yml");
    assert.match(text, /^on:\n {2}pull_request:\n/m);
    assert.match(text, /command: preview\n/);
    assert.match(text, /CAMPOSCLOUD_TOKEN: none\n/);
    assert.doesNotMatch(text, /secrets\.CAMPOSCLOUD|command: up/);
  });

  it("deploys on merges, one run at a time", () => {
    const text = read("up.yml");
    assert.match(text, /^on:\n {2}push:\n {4}branches: \[main\]\n/m);
    assert.match(text, /command: up\n/);
    assert.match(text, /cancel-in-progress: false\n/);
  });

  it("needs no valid key for a preview", async () => {
    const bench = await openBench({ emulator: { run: false } });
    try {
      await bench.stack.must("config", "set", "--secret", "camposcloud:token", "none");
      const preview = await bench.stack.preview();
      assert.equal(preview.code, 0, preview.text);
      assert.deepEqual(bench.calls(), []);
    } finally {
      await bench.close();
    }
  });

  it("is formatted as YAML without tabs, indented by two spaces", () => {
    for (const name of ["preview.yml", "up.yml"]) {
      const wrong = read(name)
        .split("\n")
        .filter((line) => /\t/.test(line) || (/^ */.exec(line)?.[0].length ?? 0) % 2 !== 0);
      assert.deepEqual(wrong, []);
    }
  });
});
