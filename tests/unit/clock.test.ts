/** The real clock, what happens when the clock of the machine is set, and signals. */
import { strict as assert } from "node:assert";
import { anySignal, type Deadline, DeadlineError, startDeadline, systemClock } from "../../provider/clock";

const hourMs = 3_600_000;

describe("the system clock", () => {
  const { now } = Date;
  let deadline: Deadline | undefined;
  const start = (ms: number) => {
    deadline = startDeadline({ clock: systemClock, ms, what: "Waiting", advice: "Run again." });
    return deadline;
  };
  afterEach(() => {
    Date.now = now;
    deadline?.clear();
  });

  it("is the time of the machine", () => {
    assert.ok(Math.abs(systemClock.now() - now()) < 10 * 60_000);
  });

  it("ends a deadline in time although the machine's clock is set back", async () => {
    const { signal } = start(50);
    Date.now = () => now() - hourMs;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    assert.ok(signal.reason instanceof DeadlineError);
  });

  it("neither ends nor stretches a deadline when the machine's clock is set", async () => {
    const { at, signal } = start(hourMs);
    const endsAt = at();
    for (const shift of [-hourMs, 2 * hourMs]) {
      Date.now = () => now() + shift;
      assert.ok(Math.abs(at() - endsAt) < 60_000);
    }
    await systemClock.sleep(5);
    assert.equal(signal.aborted, false);
  });
});

describe("a signal that either of two aborts", () => {
  const any = Object.getOwnPropertyDescriptor(AbortSignal, "any");
  afterEach(() => {
    if (any) Object.defineProperty(AbortSignal, "any", any);
  });

  for (const [node, prepare] of [
    ["this Node.js", () => undefined],
    ["Node.js 20.0, which has no AbortSignal.any", () => Reflect.deleteProperty(AbortSignal, "any")],
  ] as const) {
    it(`has the reason of the first on ${node}`, () => {
      prepare();
      for (const at of [0, 1]) {
        const pair = [new AbortController(), new AbortController()] as const;
        const signal = anySignal(pair[0].signal, pair[1].signal);
        assert.equal(signal.aborted, false);
        pair[at === 0 ? 0 : 1].abort("first");
        pair[at === 0 ? 1 : 0].abort("second");
        assert.equal(signal.reason, "first");
      }
    });

    it(`is aborted at once if one already is on ${node}`, () => {
      prepare();
      assert.equal(anySignal(new AbortController().signal, AbortSignal.abort("before")).reason, "before");
    });
  }
});
