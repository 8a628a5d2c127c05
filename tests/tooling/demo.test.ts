/** `npm run demo` end to end: the real CLI, the real emulator, a real app, and nothing left behind. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, before, describe, it } from "mocha";
import { visit } from "../../scripts/demo/visit";
import { ensurePulumi } from "../../scripts/pulumi-cli";
import { DemoRun } from "./demo-run";

const repository = join(__dirname, "..", "..");

/** Asserts that the pieces appear in the text in this order. */
function assertInOrder(text: string, pieces: RegExp[]): void {
  let rest = text;
  for (const piece of pieces) {
    const found = piece.exec(rest);
    assert.ok(found, `${piece} is missing, or not in its place, in:\n${text}`);
    rest = rest.slice(found.index + found[0].length);
  }
}

async function assertNothingLeft(demo: DemoRun): Promise<void> {
  assert.deepEqual(demo.processes(), []);
  assert.deepEqual(demo.leftovers(), []);
  assert.equal(await demo.answersOnPort(), false, "the emulator still answers");
}

describe("npm run demo", function () {
  this.timeout(5 * 60_000);
  let demo: DemoRun;

  before(async function () {
    // If no CLI is available, the first search builds one.
    this.timeout(30 * 60_000);
    await ensurePulumi();
  });
  afterEach(() => demo.remove());

  it("deploys, changes, checks and removes a real app", async () => {
    const page = join(repository, "examples", "hello-node", "app", "page.js");
    const before = readFileSync(page, "utf8");
    demo = new DemoRun();
    assert.equal(await demo.exitCode(), 0, demo.transcript);
    assertInOrder(demo.transcript, [
      /CamposCloud emulator ready on http:\/\/127\.0\.0\.1:\d+/,
      /\$ pulumi stack init demo/,
      /\$ pulumi preview\n/,
      /camposcloud:CamposApp +hello-node +create/,
      /\$ pulumi up /,
      /HTTP 200/,
      /<h1>Hello from CamposCloud<\/h1>/,
      /<p>Deployed by Pulumi/,
      /\$ pulumi preview --diff/,
      /page\.js/,
      /\$ pulumi up /,
      /HTTP 200/,
      /<p>Changed and deployed again by Pulumi/,
      /\$ pulumi refresh .*--expect-no-changes/,
      /\$ pulumi up .*--expect-no-changes/,
      /\$ pulumi destroy/,
      /No app is left in the account\./,
      /Done in \d+ s\. Nothing is left behind\./,
    ]);
    assert.equal(readFileSync(page, "utf8"), before, "the checkout was changed");
    await assertNothingLeft(demo);
  });

  it("keeps the emulator and the stack with --keep, and prints how to continue and how to stop", async () => {
    demo = new DemoRun("--keep");
    assert.equal(await demo.exitCode(), 0, demo.transcript);
    const url = /the app +(http:\S+)/.exec(demo.transcript)?.[1] ?? "";
    const answer = await visit(url, { signal: AbortSignal.timeout(30_000) });
    assert.match(answer.body, /Changed and deployed again by Pulumi/);
    if (process.platform === "win32") return;
    const [continuing, stop] = commandsOf(demo.transcript);
    assert.match(inShell(continuing), /2 unchanged/);
    inShell(stop);
    await assertNothingLeft(demo);
  });

  if (process.platform !== "win32")
    it("leaves nothing behind if it is interrupted during a deployment", async () => {
      demo = new DemoRun();
      await demo.until("CamposApp hello-node creating");
      demo.interrupt();
      assert.notEqual(await demo.exitCode(), 0);
      assert.match(demo.transcript, /Interrupted\./);
      await assertNothingLeft(demo);
    });
});

/** The commands printed under "To continue" and "To stop". */
function commandsOf(transcript: string): [continuing: string, stop: string] {
  const [, continuing = "", stop = ""] =
    /\nTo continue[^\n]*\n(.*)\nTo stop[^\n]*\n(.*)$/s.exec(transcript) ?? [];
  return [continuing, stop];
}

function inShell(commands: string): string {
  return execFileSync("sh", ["-e", "-c", commands], { cwd: repository, encoding: "utf8", stdio: "pipe" });
}
