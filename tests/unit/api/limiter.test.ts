import { strict as assert } from "node:assert";
import type { Lane } from "../../../provider/api/endpoints";
import { askedWaitMs, Limiter, type LimitReport } from "../../../provider/api/limiter";
import { settle, VirtualClock } from "../../support/virtual-clock";

describe("limiter", () => {
  let clock: VirtualClock;
  let limiter: Limiter;
  let sent: { who: string; at: number }[];
  let start: number;

  beforeEach(() => {
    clock = new VirtualClock();
    limiter = new Limiter({ clock, writeIntervalMs: 3000, random: () => 0 });
    sent = [];
    start = clock.now();
  });

  const send = (
    who: string,
    lane: Lane,
    signal: AbortSignal = new AbortController().signal,
    onWait?: (ms: number) => void,
  ) =>
    limiter.acquire({ lane, signal, onWait }).then((permit) => {
      sent.push({ who, at: clock.now() - start });
      permit.end();
    });
  const answered = async (lane: Lane, answer: LimitReport) =>
    (await limiter.acquire({ lane, signal: new AbortController().signal })).end(answer);

  it("keeps the gap between writes of the same kind, in order", async () => {
    for (const who of ["a", "b", "c"]) void send(who, "create");
    await clock.advance(10_000);
    assert.deepEqual(sent, [
      { who: "a", at: 0 },
      { who: "b", at: 3100 },
      { who: "c", at: 6200 },
    ]);
  });

  it("has a queue for each kind of write, and none for reads", async () => {
    for (const lane of ["create", "update", "upload", "deleteFiles", "read", "read"] as const)
      void send(lane, lane);
    await clock.advance(0);
    assert.equal(sent.length, 6);
    assert.ok(sent.every(({ at }) => at === 0));
  });

  it("needs 11 gaps for twelve creates", async () => {
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
      // A request may have a lower latency than the previous one, and the API counts arrivals.
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

  it("waits as long as a 429 requires", async () => {
    await answered("read", { status: 429, limit: 180, retryAfterMs: 7000 });
    void send("second", "read");
    await clock.advance(6_999);
    assert.equal(sent.length, 0);
    await clock.advance(1);
    assert.equal(sent.length, 1);
  });

  it("does not wait for the account's reset after a refused write, as long as the account has requests left", async () => {
    const refused = { status: 429, limit: 180, remaining: 150, resetMs: 55_000 };
    await answered("create", refused);
    assert.equal(askedWaitMs(refused), undefined);
    assert.equal(askedWaitMs({ ...refused, retryAfterMs: 3000 }), 3000);
    assert.equal(askedWaitMs({ ...refused, remaining: 0 }), 55_000);
    void send("create", "create");
    void send("update", "update");
    void send("read", "read");
    await clock.advance(5000);
    assert.deepEqual(
      sent.map(({ who }) => who),
      ["update", "read", "create"],
    );
  });

  it("waits for the reset if a response says that nothing remains", async () => {
    await answered("read", { status: 200, limit: 180, remaining: 0, resetMs: 5000 });
    void send("second", "create");
    await clock.advance(4_999);
    assert.equal(sent.length, 0);
    await clock.advance(1);
    assert.equal(sent.length, 1);
  });

  it("learns from a 429 that all kinds of writes share a window, and later tests whether that is still so", async () => {
    await answered("create", { status: 200, limit: 1, remaining: 0, resetMs: 3000 });
    await answered("update", { status: 429, limit: 1, retryAfterMs: 3000 });
    const gapOf = async () => {
      const from = sent.length;
      const both = Promise.all([send("update", "update"), send("upload", "upload")]);
      await clock.advance(20_000);
      await both;
      const [first, second] = sent.slice(from).map(({ at }) => at);
      assert.ok(first !== undefined && second !== undefined);
      return second - first;
    };
    assert.ok((await gapOf()) >= 3000);
    for (let count = 0; count < 8; count++) {
      const done = answered("update", { status: 200 });
      await clock.advance(20_000);
      await done;
    }
    assert.equal(await gapOf(), 0);
  });

  it("does not assume a shared window for kinds that were accepted at the same time", async () => {
    for (let count = 0; count < 2; count++) {
      await Promise.all([answered("create", { status: 200 }), answered("update", { status: 200 })]);
      await clock.advance(10_000);
    }
    void send("create", "create");
    await answered("update", { status: 429, limit: 1, retryAfterMs: 3000 });
    void send("upload", "upload");
    await clock.advance(0);
    assert.equal(sent.length, 2);
  });

  it("lengthens gaps after refusals, and shortens them again", async () => {
    const gapAfter = async (answers: LimitReport[]) => {
      for (const answer of answers) {
        const done = answered("create", answer);
        await clock.advance(40_000);
        await done;
      }
      const from = sent.length;
      void send("a", "create");
      void send("b", "create");
      await clock.advance(40_000);
      const [first, second] = sent.slice(from).map(({ at }) => at);
      assert.ok(first !== undefined && second !== undefined);
      return second - first;
    };
    const ok: LimitReport = { status: 200 };
    const done = Promise.all([
      answered("create", ok),
      answered("create", { status: 429, retryAfterMs: 1000 }),
    ]);
    await clock.advance(40_000);
    await done;
    assert.equal(await gapAfter([]), 3850);
    assert.equal(await gapAfter(Array(10).fill(ok)), 3100);
  });

  it("only waits as long as the API requires after a refused write", async () => {
    await answered("create", { status: 429, limit: 1, retryAfterMs: 1000 });
    void send("a", "create");
    await clock.advance(1000);
    assert.equal(sent.length, 1);
  });

  it("measures gaps from when the connection is established", async () => {
    const permit = await limiter.acquire({ lane: "create", signal: new AbortController().signal });
    void send("b", "create");
    await clock.advance(2000);
    permit.connected();
    await clock.advance(3099);
    assert.equal(sent.length, 0);
    await clock.advance(1);
    assert.equal(sent.length, 1);
  });

  it("counts requests without a response for as long as they last", async () => {
    const permits = [];
    for (let count = 0; count < 180; count++) {
      permits.push(await limiter.acquire({ lane: "read", signal: new AbortController().signal }));
    }
    void send("one more", "read");
    await clock.advance(90_000);
    for (const permit of permits) permit.end({ status: 200 });
    await clock.advance(60_000);
    assert.equal(sent.length, 0);
    await clock.advance(1000);
    assert.equal(sent.length, 1);
  });

  it("sends the last request of a minute once, however many lanes wait for it", async () => {
    for (let count = 0; count < 179; count++) await send(String(count), "read");
    for (const lane of ["read", "create", "update", "upload", "deleteFiles", "download"] as const)
      void send(lane, lane);
    await clock.advance(59_000);
    assert.equal(sent.length, 180);
    await clock.advance(2_000);
    assert.equal(sent.length, 185);
  });

  it("skips aborted requests, and rejects them immediately", async () => {
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

  it("reports how long a request waits", async () => {
    const waits: number[] = [];
    void send("a", "create");
    void send("b", "create", undefined, (ms) => waits.push(ms));
    await clock.advance(10);
    await settle();
    assert.ok(waits.some((ms) => ms > 3000 && ms <= 3100));
  });

  it("has no gap if the interval is 0", async () => {
    limiter = new Limiter({ clock, writeIntervalMs: 0 });
    for (let count = 0; count < 5; count++) void send(String(count), "create");
    await clock.advance(0);
    assert.equal(sent.length, 5);
  });
});
