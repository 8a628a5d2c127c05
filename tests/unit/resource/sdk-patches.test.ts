/** Stack traces while a resource is made: not formatted, but not lost either. */
import { strict as assert } from "node:assert";
import { CamposApp } from "../../../provider/resource/campos-app";
import { pauseStackTraces } from "../../../provider/resource/sdk-patches";

const ownLine = /at .*sdk-patches\.test\.ts:\d+/;

describe("paused stack traces", () => {
  const before = Error.prepareStackTrace;
  const limit = Error.stackTraceLimit;
  // Mocha asks for traces without a limit.
  beforeEach(() => {
    Error.stackTraceLimit = 10;
  });
  afterEach(() => {
    Error.prepareStackTrace = before;
    Error.stackTraceLimit = limit;
  });

  it("leave out the frames of traces that are read meanwhile", () => {
    const resume = pauseStackTraces();
    const { stack } = new Error("noted");
    resume();
    assert.equal(stack, "Error: noted");
  });

  it("come back for errors that were made meanwhile and are looked at later", () => {
    const resume = pauseStackTraces();
    const error = new Error("kept");
    resume();
    assert.match(error.stack ?? "", ownLine);
  });

  it("are told in full where a trace without a limit is asked for", () => {
    const resume = pauseStackTraces();
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    const { stack } = new Error("position");
    resume();
    assert.match(stack ?? "", ownLine);
  });

  it("are left to Node where nothing else formats them", () => {
    Object.assign(Error, { prepareStackTrace: undefined });
    const resume = pauseStackTraces();
    const { stack } = new Error("noted");
    resume();
    assert.match(stack ?? "", /at .*sdk-patches\.test/);
  });

  it("are not paused for whoever looks for leaked promises", () => {
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

  it("are back when a resource cannot be made, and the error says where", () => {
    assert.throws(
      () => new CamposApp("", { source: "./app" }),
      (error: Error) => ownLine.test(error.stack ?? ""),
    );
    assert.equal(Error.prepareStackTrace, before);
  });
});
