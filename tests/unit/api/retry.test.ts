import { strict as assert } from "node:assert";
import { type EndpointName, endpoints } from "../../../provider/api/endpoints";
import { ApiError, type ApiErrorFields } from "../../../provider/api/errors";
import { decide } from "../../../provider/api/retry";

const attempt = { method: "POST", path: "/v1/apps" };
const outcomes = {
  limited: { kind: "limited", maybeApplied: false, transient: true },
  server: { kind: "server", maybeApplied: true, transient: true },
  lost: { kind: "lost", maybeApplied: true, transient: true },
  unreachable: { kind: "unreachable", maybeApplied: false, transient: true },
  "without a result": { kind: "protocol", maybeApplied: true, transient: true },
  "wrong certificate": { kind: "unreachable", maybeApplied: false, transient: false },
  invalid: { kind: "invalid", maybeApplied: false, transient: false },
} as const;
type Outcome = keyof typeof outcomes;

function failed(outcome: Outcome, more: Partial<ApiErrorFields> = {}): ApiError {
  return new ApiError(outcome, { ...attempt, ...outcomes[outcome], ...more });
}

describe("retry", () => {
  const attempts = (name: EndpointName, outcome: Outcome): number => {
    for (let attempt = 1; attempt <= 20; attempt++) {
      if (!decide(endpoints[name], attempt, failed(outcome), 0).again) return attempt;
    }
    return Number.POSITIVE_INFINITY;
  };

  const table: [EndpointName, Outcome, number][] = [
    ["getApp", "server", 5],
    ["getApp", "lost", 5],
    ["getApp", "unreachable", 4],
    ["deleteApp", "lost", 5],
    ["deleteFiles", "server", 5],
    ["updateApp", "server", 2],
    ["updateApp", "lost", 2],
    ["restartApp", "lost", 2],
    ["createApp", "server", 1],
    ["createApp", "lost", 1],
    ["createApp", "unreachable", 4],
    ["uploadFiles", "server", 4],
    ["uploadFiles", "lost", 4],
    ["getApp", "without a result", 5],
    ["createApp", "without a result", 1],
    ["getApp", "wrong certificate", 1],
    ["deleteApp", "invalid", 1],
    ["createApp", "limited", Number.POSITIVE_INFINITY],
  ];
  for (const [name, outcome, count] of table) {
    it(`${name} after "${outcome}": ${count} attempts`, () => assert.equal(attempts(name, outcome), count));
  }

  it("waits as long as a 429 requires, otherwise 4, 8, 16 seconds", () => {
    const waits = (waitMs?: number) =>
      [1, 2, 3].map((attempt) => {
        const decision = decide(endpoints.createApp, attempt, failed("limited", { waitMs }), 0);
        return decision.again ? decision.waitMs : undefined;
      });
    assert.deepEqual(waits(1234), [1234, 1234, 1234]);
    assert.deepEqual(waits(0), [1000, 1000, 1000]);
    assert.deepEqual(waits(), [4000, 8000, 16_000]);
  });

  it("adds random jitter to the waits", () => {
    const wait = (random: number) => {
      const decision = decide(endpoints.getApp, 1, failed("server"), random);
      return decision.again ? decision.waitMs : 0;
    };
    assert.ok(wait(0.9) > wait(0.1));
  });
});
