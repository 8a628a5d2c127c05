import { strict as assert } from "node:assert";
import { type EndpointName, endpoints } from "../../../provider/api/endpoints";
import { decide, type Outcome } from "../../../provider/api/retry";

describe("retry", () => {
  const attempts = (name: EndpointName, outcome: Outcome): number => {
    for (let attempt = 1; attempt <= 20; attempt++) {
      if (!decide(endpoints[name], attempt, outcome, 0).again) return attempt;
    }
    return Number.POSITIVE_INFINITY;
  };

  const table: [EndpointName, Outcome, number][] = [
    ["getApp", { kind: "server" }, 5],
    ["getApp", { kind: "lost" }, 5],
    ["getApp", { kind: "notSent" }, 4],
    ["deleteApp", { kind: "lost" }, 5],
    ["deleteFiles", { kind: "server" }, 5],
    ["updateApp", { kind: "server" }, 2],
    ["updateApp", { kind: "lost" }, 2],
    ["restartApp", { kind: "lost" }, 2],
    ["createApp", { kind: "server" }, 1],
    ["createApp", { kind: "lost" }, 1],
    ["createApp", { kind: "notSent" }, 4],
    ["uploadFiles", { kind: "server" }, 1],
    ["uploadFiles", { kind: "lost" }, 1],
    ["createApp", { kind: "limited" }, Number.POSITIVE_INFINITY],
  ];
  for (const [name, outcome, count] of table) {
    it(`${name} after "${outcome.kind}": ${count} attempts`, () =>
      assert.equal(attempts(name, outcome), count));
  }

  it("waits what a 429 asks, else 4, 8, 16 seconds", () => {
    const waits = (outcome: Outcome) =>
      [1, 2, 3].map((attempt) => {
        const decision = decide(endpoints.createApp, attempt, outcome, 0);
        return decision.again ? decision.waitMs : undefined;
      });
    assert.deepEqual(waits({ kind: "limited", retryAfterMs: 1234, resetMs: 9 }), [1234, 1234, 1234]);
    assert.deepEqual(waits({ kind: "limited", resetMs: 2000 }), [2000, 2000, 2000]);
    assert.deepEqual(waits({ kind: "limited" }), [4000, 8000, 16_000]);
  });

  it("spreads the waits by chance", () => {
    const wait = (random: number) => {
      const decision = decide(endpoints.getApp, 1, { kind: "server" }, random);
      return decision.again ? decision.waitMs : 0;
    };
    assert.ok(wait(0.9) > wait(0.1));
  });
});
