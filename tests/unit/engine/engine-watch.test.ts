/** A process that the engine ends during an operation, as it does after a second Ctrl-C. */
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const watch = resolve(__dirname, "../../../dist/provider/engine/engine-watch.js");

/** Ends by itself after a minute; prints what the operation observes. */
const program = `
const { EngineWatch } = require(${JSON.stringify(watch)});
const engine = new EngineWatch(undefined);
const [first, second] = process.argv.includes("idle") ? [] : [engine.hold(), engine.hold()];
setTimeout(() => process.exit(9), 60_000);
engine.ending.addEventListener("abort", async () => {
  console.log("gone " + (await engine.isGone()));
  first();
  setTimeout(() => { console.log("finished"); second(); }, 200);
});
engine.isGone().then((gone) => console.log("ready " + gone));
`;

async function run(...args: string[]) {
  const child = spawn(process.execPath, ["-e", program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
    if (text === "ready false\n") child.kill("SIGINT");
  });
  const [code, signal] = await once(child, "close");
  return { text, code, signal };
}

describe("a process that the engine ends", function () {
  this.timeout(120_000);

  before(function () {
    // Windows has no signals between processes.
    if (process.platform === "win32") this.skip();
  });

  it("finishes its operations, which learn that the engine is gone", async () => {
    assert.deepEqual(await run(), { text: "ready false\ngone true\nfinished\n", code: 1, signal: null });
  });

  it("ends at once without one", async () => {
    assert.deepEqual(await run("idle"), { text: "ready false\n", code: null, signal: "SIGINT" });
  });
});
