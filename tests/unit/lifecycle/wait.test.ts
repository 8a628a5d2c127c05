import { strict as assert } from "node:assert";
import type { App, AppPage } from "../../../provider/api/app";
import type { Api, Deps } from "../../../provider/lifecycle/deps";
import { AppPoller, onlineTwice, waitFor } from "../../../provider/lifecycle/readiness";
import { VirtualClock } from "../../support/virtual-clock";

const app = (id: string, online: boolean, more: Partial<App> = {}): App => ({
  id,
  status: "active",
  currentResourceMetrics: { online },
  ...more,
});

/** An API whose apps come online at given times, and which counts what it is asked. */
class Scripted {
  readonly clock = new VirtualClock();
  readonly asked: string[] = [];
  readonly said: string[] = [];
  private readonly start = this.clock.now();
  readonly stop = new AbortController();

  constructor(private readonly look: (id: string, ms: number) => App) {}

  get deps(): Deps {
    const at = () => this.clock.now() - this.start;
    const getApp = async (id: string) => {
      this.asked.push(`get ${id}`);
      return this.look(id, at());
    };
    const listApps = async (): Promise<AppPage> => {
      this.asked.push("list");
      return { apps: ["a", "b", "c"].map((id) => this.look(id, at())), hasNextPage: false };
    };
    return {
      api: { getApp, listApps } as unknown as Api,
      clock: this.clock,
      signal: this.stop.signal,
      progress: (text: string) => this.said.push(text),
    } as unknown as Deps;
  }
}

describe("wait", () => {
  it("asks at once, then backs off from 1 s to 5 s", async () => {
    const times: number[] = [];
    const scripted = new Scripted((id, ms) => {
      times.push(ms);
      return app(id, ms >= 20_000);
    });
    const done = waitFor(scripted.deps, { app: app("a", false), poller: new AppPoller() });
    await scripted.clock.advance(30_000);
    assert.equal((await done).currentResourceMetrics?.online, true);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.deepEqual(gaps, [1000, 1500, 2250, 3375, 5000, 5000, 5000]);
  });

  it("shares one listing among all that wait", async () => {
    const scripted = new Scripted((id, ms) => app(id, ms >= 3000));
    const poller = new AppPoller();
    const { deps } = scripted;
    const all = ["a", "b", "c"].map((id) => waitFor(deps, { app: app(id, false), poller }));
    await scripted.clock.advance(10_000);
    await Promise.all(all);
    const lists = scripted.asked.filter((call) => call === "list").length;
    const gets = scripted.asked.length - lists;
    assert.ok(lists >= 3 && lists <= 5, scripted.asked.join());
    assert.ok(gets <= 2, scripted.asked.join());
  });

  it("ends at once when the app is suspended", async () => {
    const scripted = new Scripted((id) => app(id, false, { status: "suspended" }));
    const done = waitFor(scripted.deps, { app: app("a", false), poller: new AppPoller() });
    await assert.rejects(done, /has suspended the app a/);
    assert.equal(scripted.asked.length, 1);
  });

  it("gives a push once when the app stays offline", async () => {
    const scripted = new Scripted((id, ms) => app(id, ms > 12_000));
    let pushes = 0;
    const call = async () => {
      pushes++;
      return app("a", false);
    };
    const done = waitFor(scripted.deps, {
      app: app("a", false),
      poller: new AppPoller(),
      nudge: { afterMs: 5000, call },
    });
    await scripted.clock.advance(30_000);
    await done;
    assert.equal(pushes, 1);
  });

  it("says what it knows when the time is over", async () => {
    const scripted = new Scripted((id) => app(id, false, { name: "web" }));
    const done = waitFor(scripted.deps, { app: app("a", false), poller: new AppPoller() });
    const refused = assert.rejects(
      done,
      /The app web \(a\) is not online yet, its status is active\. Time is over\./,
    );
    await scripted.clock.advance(2500);
    scripted.stop.abort(new Error("Time is over."));
    await refused;
  });

  it("does not believe the first look after a restart, which may show the run before it", async () => {
    const answers = [true, false, false, true, true];
    const scripted: Scripted = new Scripted((id) => app(id, answers[scripted.asked.length - 1] ?? true));
    const done = waitFor(scripted.deps, {
      app: app("a", true),
      poller: new AppPoller(),
      until: onlineTwice(),
    });
    await scripted.clock.advance(30_000);
    await done;
    assert.equal(scripted.asked.length, 5);
  });
});
