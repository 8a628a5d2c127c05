/** Follows docs/quick-start.md step by step: its files, its commands, and the output that it shows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { repository } from "../../scripts/demo/workspace";
import { visit } from "../support/campos-stack";
import { Stack } from "../support/stack";

const page = readFileSync(join(repository, "docs", "quick-start.md"), "utf8");
/** The blocks with the text of a file, which is named before the block. */
const files = [...page.matchAll(/^(?:.* into )?`([\w./]+)`.*:\n\n```(?:yaml|ts|js)\n([\s\S]*?)```/gm)].map(
  ([, path = "", text = ""]) => ({ path, text }),
);
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
  block.trim().split("\n"),
);
/** The lines that the page says are printed. */
const shown = [...page.matchAll(/```text\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

describe("the quick start", () => {
  let emulator: Emulator;
  let stack: Stack;

  before(async () => {
    emulator = await startEmulator({ writeWindowSeconds: 0.2 });
    const first = files.filter(({ path }, i) => files.findIndex((each) => each.path === path) === i);
    stack = await Stack.create({
      project: "hello",
      files: Object.fromEntries(first.map(({ path, text }) => [path, text])),
    });
  });
  after(async () => {
    await emulator?.close();
    stack?.dispose();
  });

  it("contains all files of a program and an app", () => {
    const paths = files.map(({ path }) => path);
    assert.deepEqual(paths, [
      "Pulumi.yaml",
      "index.ts",
      "app/index.js",
      "app/greeting.js",
      "app/greeting.js",
    ]);
  });

  it("deploys an app that responds as the page says", async () => {
    const settings = commands.filter((line) => line.includes("config set")).slice(0, 3);
    assert.equal(settings.length, 3);
    for (const line of settings) {
      const [, ...words] = line.replaceAll("'", "").replaceAll("7070", String(emulator.port)).split(/\s+/);
      await stack.must(...words);
    }
    const up = await stack.must("up", "--yes");
    assert.match(up.text, /\+ +pulumi-nodejs:dynamic\/camposcloud:CamposApp web created \(\d+s\) online/);
    const { stdout: url } = await stack.must("stack", "output", "url");
    assert.equal(await visit(url.trim()), shown[1]);
  });

  it("shows the changed file in a preview, and deploys it", async () => {
    const changed = files.at(-1);
    assert.ok(changed);
    stack.write({ [changed.path]: changed.text });
    const { text } = await stack.preview("--diff");
    // The short digests are those of the texts on the page, so they match as well.
    for (const line of (shown[2] ?? "").trim().split("\n"))
      assert.ok(text.includes(line.trim()), `${line}\nis not in\n${text}`);
    await stack.must("up", "--yes");
    const { stdout: url } = await stack.must("stack", "output", "url");
    assert.equal(await visit(url.trim()), "Hello again\n");
  });

  it("is removed completely", async () => {
    const last = commands.slice(
      commands.indexOf("pulumi destroy"),
      commands.indexOf("pulumi stack rm dev") + 1,
    );
    assert.equal(last.length, 2);
    for (const line of last) await stack.must(...line.split(" ").slice(1), "--yes");
    assert.deepEqual(emulator.apps(), []);
  });
});
