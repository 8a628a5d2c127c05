import { strict as assert } from "node:assert";
import { parseDuration, timeoutOf } from "../../../provider/lifecycle/durations";

describe("durations", () => {
  for (const [text, ms] of [
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["2s", 2000],
    ["1.5s", 1500],
    ["500ms", 500],
    ["", undefined],
    ["10", undefined],
    ["soon", undefined],
    ["-5s", undefined],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), ms));
  }

  it("has defaults for what is not given, or zero, which Pulumi takes for not given", () => {
    assert.equal(timeoutOf("create", undefined), 600_000);
    assert.equal(timeoutOf("delete", { create: "1m" }), 300_000);
    assert.equal(timeoutOf("update", { update: "0s" }), 600_000);
    assert.equal(timeoutOf("create", { create: "1m" }), 60_000);
  });
});
