/** Stack traces of the SDK's promises while a resource is created: not recorded, and no other trace is affected. */
import { strict as assert } from "node:assert";
import { CamposApp } from "../../../provider/resource/campos-app";
import { pausePromiseTraces } from "../../../provider/resource/sdk-patches";

const ownLine = /at .*sdk-patches\.test\.ts:\d+/;
const sdk: { debuggablePromise(promise: Promise<unknown>, context: string): Promise<unknown> } =
  require("@pulumi/pulumi/runtime/debuggable");

/** The stack trace that the SDK records for a promise. */
async function recorded(): Promise<string> {
  const promise = Promise.resolve();
  await sdk.debuggablePromise(promise, "of a test");
  return (promise as { _debugStackTrace?: string })._debugStackTrace ?? "missing";
}

describe("paused traces of promises", () => {
  const original = sdk.debuggablePromise;
  const limit = Error.stackTraceLimit;
  // Mocha requests traces without a limit.
  beforeEach(() => {
    Error.stackTraceLimit = 10;
  });
  afterEach(() => {
    Error.stackTraceLimit = limit;
    sdk.debuggablePromise = original;
  });

  it("are recorded by the SDK in the first place", async () => {
    assert.match(await recorded(), ownLine);
  });

  it("have no frames", async () => {
    const resume = pausePromiseTraces();
    const trace = recorded();
    resume();
    assert.doesNotMatch(await trace, / at /);
    assert.match(await trace, /^Error/);
  });

  it("are recorded again afterwards", async () => {
    pausePromiseTraces()();
    assert.equal(sdk.debuggablePromise, original);
    assert.match(await recorded(), ownLine);
  });

  it("affect no other trace, and leave the limit as it is", () => {
    const resume = pausePromiseTraces();
    void recorded();
    const { stack } = new Error("noted");
    resume();
    assert.match(stack ?? "", ownLine);
    assert.equal(Error.stackTraceLimit, 10);
  });

  it("are not paused while searching for leaked promises", async () => {
    process.env["PULUMI_DEBUG_PROMISE_LEAKS"] = "1";
    try {
      const resume = pausePromiseTraces();
      const trace = recorded();
      resume();
      assert.match(await trace, ownLine);
    } finally {
      delete process.env["PULUMI_DEBUG_PROMISE_LEAKS"];
    }
  });

  it("are recorded again if a resource cannot be created, and the error has its position", () => {
    assert.throws(
      () => new CamposApp("", { source: "./app" }),
      (error: Error) => ownLine.test(error.stack ?? ""),
    );
    assert.equal(sdk.debuggablePromise, original);
  });
});
