/** Sharing the event loop: one slice of work per iteration. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { newYielder } from "../../../provider/packaging/files/yield";

const untilImmediate = () => new Promise((resolve) => setImmediate(resolve));

describe("slices of work", () => {
  it("come one per iteration of the event loop, in the order of asking", async () => {
    const done: number[] = [];
    const all = [1, 2, 3].map((i) =>
      newYielder()
        .yield()
        .then(() => done.push(i)),
    );
    const seen: number[][] = [];
    while (done.length < 3) {
      await untilImmediate();
      seen.push([...done]);
    }
    await Promise.all(all);
    deepStrictEqual(done, [1, 2, 3]);
    ok(
      seen.some(({ length }) => length === 1) && seen.some(({ length }) => length === 2),
      JSON.stringify(seen),
    );
  });

  it("end after some milliseconds", async () => {
    const yielder = newYielder();
    strictEqual(yielder.shouldYield, true, "work begins by waiting");
    await yielder.yield();
    const end = performance.now() + 1000;
    while (!yielder.shouldYield) ok(performance.now() < end, "the slice never ends");
  });

  it("end with the signal", async () => {
    const controller = new AbortController();
    const yielder = newYielder(controller.signal);
    await yielder.yield();
    controller.abort(new Error("enough"));
    await rejects(yielder.yield(), /enough/);
  });
});
