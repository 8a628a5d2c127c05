import { strict as assert } from "node:assert";
import type { Lane } from "../../../provider/api/endpoints";
import { Limiter } from "../../../provider/api/limiter";
import { settle, VirtualClock } from "../../support/virtual-clock";

describe("limiter", () => {
  let clock: VirtualClock;
  let limiter: Limiter;
  let sent: { who: string; at: number }[];
  let start: number;

  beforeEach(() => {
    clock = new VirtualClock();
    limiter = new Limiter({ clock, writeIntervalMs: 3000 });
    sent = [];
    start = clock.now();
  });

  const send = (
    who: string,
    lane: Lane,
    signal: AbortSignal = new AbortController().signal,
    onWait?: (ms: number) => void,
  ) =>
    limiter.acquire({ lane, signal, onWait }).then(() => {
      sent.push({ who, at: clock.now() - start });
    });

  it("keeps the gap between writes of a kind, in the order of asking", async () => {
    for (const who of ["a", "b", "c"]) void send(who, "create");
    await clock.advance(10_000);
    assert.deepEqual(sent, [
      { who: "a", at: 0 },
      { who: "b", at: 3100 },
      { who: "c", at: 6200 },
    ]);
  });

  it("lets each kind of write have a queue of its own, and reads none", async () => {
    for (const lane of ["create", "update", "upload", "deleteFiles", "read", "read"] as const)
      void send(lane, lane);
    await clock.advance(0);
    assert.equal(sent.length, 6);
    assert.ok(sent.every(({ at }) => at === 0));
  });

  it("brings twelve creates through in 11 gaps", async () => {
    for (let count = 0; count < 12; count++) void send(String(count), "create");
    await clock.advance(40_000);
    assert.equal(sent.length, 12);
    assert.equal(sent.at(-1)?.at, 11 * 3100);
  });

  it("stays below 180 requests in any minute", async () => {
    for (let count = 0; count < 400; count++) void send(String(count), "read");
    await clock.advance(180_000);
    assert.equal(sent.length, 400);
    for (const { at } of sent) {
      // One request may be a little faster on its way than the one before it, and the API counts arrivals.
      const inMinute = sent.filter((other) => other.at >= at && other.at <= at + 60_050);
      assert.ok(inMinute.length <= 180, `${inMinute.length} requests in the minute after ${at}`);
    }
  });

  it("stays below 20 downloads in any minute", async () => {
    for (let count = 0; count < 25; count++) void send(String(count), "download");
    await clock.advance(59_000);
    assert.equal(sent.length, 20);
    await clock.advance(2_000);
    assert.equal(sent.length, 25);
  });

  it("waits as long as a 429 asks", async () => {
    await send("first", "read");
    limiter.report("read", { status: 429, limit: 180, retryAfterMs: 7000 });
    void send("second", "read");
    await clock.advance(6_999);
    assert.equal(sent.length, 1);
    await clock.advance(1);
    assert.equal(sent.length, 2);
  });

  it("waits for the reset when an answer says that nothing remains", async () => {
    await send("first", "read");
    limiter.report("read", { status: 200, limit: 180, remaining: 0, resetMs: 5000 });
    void send("second", "create");
    await clock.advance(4_999);
    assert.equal(sent.length, 1);
    await clock.advance(1);
    assert.equal(sent.length, 2);
  });

  it("learns from a 429 that the window is shared by all kinds of writes", async () => {
    await send("create", "create");
    limiter.report("create", { status: 200, limit: 1, remaining: 0, resetMs: 3000 });
    await send("update", "update");
    limiter.report("update", { status: 429, limit: 1, retryAfterMs: 3000 });
    void send("update again", "update");
    void send("upload", "upload");
    await clock.advance(10_000);
    const [again, upload] = sent.slice(2).map(({ at }) => at);
    assert.ok(again !== undefined && upload !== undefined);
    assert.ok(Math.abs(upload - again) >= 3000, `${again} and ${upload}`);
  });

  it("skips those who gave up, and tells them why at once", async () => {
    const stop = new AbortController();
    void send("a", "create");
    const b = send("b", "create", stop.signal);
    const c = send("c", "create", stop.signal);
    void send("d", "create");
    stop.abort(new Error("enough"));
    await assert.rejects(b, /enough/);
    await assert.rejects(c, /enough/);
    await clock.advance(3_100);
    assert.deepEqual(
      sent.map(({ who }) => who),
      ["a", "d"],
    );
  });

  it("tells who waits for how long", async () => {
    const told: number[] = [];
    void send("a", "create");
    void send("b", "create", undefined, (ms) => told.push(ms));
    await clock.advance(10);
    await settle();
    assert.ok(told.some((ms) => ms > 3000 && ms <= 3100));
  });

  it("has no gap when the interval is 0", async () => {
    limiter = new Limiter({ clock, writeIntervalMs: 0 });
    for (let count = 0; count < 5; count++) void send(String(count), "create");
    await clock.advance(0);
    assert.equal(sent.length, 5);
  });
});
