/** Stack traces while a resource is created: not formatted, but not lost either. */
import { strict as assert } from "node:assert";
import { CamposApp } from "../../../provider/resource/campos-app";
import { pauseStackTraces } from "../../../provider/resource/sdk-patches";

const ownLine = /at .*sdk-patches\.test\.ts:\d+/;

describe("paused stack traces", () => {
  const before = Error.prepareStackTrace;
  const limit = Error.stackTraceLimit;
  // Mocha requests traces without a limit.
  beforeEach(() => {
    Error.stackTraceLimit = 10;
  });
  afterEach(() => {
    Error.prepareStackTrace = before;
    Error.stackTraceLimit = limit;
  });

  it("omit the frames of traces that are read in between", () => {
    const resume = pauseStackTraces();
    const { stack } = new Error("noted");
    resume();
    assert.equal(stack, "Error: noted");
  });

  it("are restored for errors that are created in between and read later", () => {
    const resume = pauseStackTraces();
    const error = new Error("kept");
    resume();
    assert.match(error.stack ?? "", ownLine);
  });

  it("are complete if a trace without a limit is requested", () => {
    const resume = pauseStackTraces();
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    const { stack } = new Error("position");
    resume();
    assert.match(stack ?? "", ownLine);
  });

  it("are left to Node.js if there is no custom formatter", () => {
    Object.assign(Error, { prepareStackTrace: undefined });
    const resume = pauseStackTraces();
    const { stack } = new Error("noted");
    resume();
    assert.match(stack ?? "", /at .*sdk-patches\.test/);
  });

  it("are not paused while searching for leaked promises", () => {
    process.env["PULUMI_DEBUG_PROMISE_LEAKS"] = "1";
    try {
      const resume = pauseStackTraces();
      const { stack } = new Error("leak");
      resume();
      assert.match(stack ?? "", ownLine);
    } finally {
      delete process.env["PULUMI_DEBUG_PROMISE_LEAKS"];
    }
  });

  it("are restored if a resource cannot be created, and the error has its position", () => {
    assert.throws(
      () => new CamposApp("", { source: "./app" }),
      (error: Error) => ownLine.test(error.stack ?? ""),
    );
    assert.equal(Error.prepareStackTrace, before);
  });
});
