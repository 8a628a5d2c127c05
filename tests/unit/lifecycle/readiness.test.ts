import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { type App, mergeApps } from "../../../provider/api/app";
import { ApiError } from "../../../provider/api/errors";
import { AppPoller } from "../../../provider/lifecycle/readiness/app-poller";
import { checkHealth } from "../../../provider/lifecycle/readiness/health-check";
import { type Expectation, observe, unobserved } from "../../../provider/lifecycle/readiness/observation";
import { type Ready, waitUntil, waitUntilReady } from "../../../provider/lifecycle/readiness/wait";
import { settle } from "../../support/virtual-clock";
import { type Lives, metricsOf, Script } from "./scripted-app";

const forever = Number.POSITIVE_INFINITY;

interface Row {
  what: string;
  lives: Lives;
  /** Fields of the metrics that this API does not return. */
  without?: readonly string[];
  more?: (ms: number) => Partial<App>;
  action?: Expectation["action"];
  /** Seconds after which the action was sent. */
  actedAt?: number;
  before?: Partial<App>;
  minReady?: number;
  /** Seconds within which it is ready, or the reason. */
  ready?: readonly [atLeast: number, atMost: number];
  fails?: RegExp;
}

const restart = { action: "restart" as const, actedAt: 20 };
const unidentified = ["uptime", "startedAt", "timestamp"];

const rows: Row[] = [
  { what: "a new app that is online at once", lives: [[0, forever]], ready: [5, 5.5] },
  { what: "a new app that takes a while", lives: [[7, forever]], ready: [12, 15] },
  {
    what: "a new app without any field but online",
    lives: [[0, forever]],
    without: unidentified,
    ready: [5, 5.5],
  },
  { what: "a new app, nothing to wait for", lives: [[0, forever]], minReady: 0, ready: [0, 0.1] },
  {
    what: "an app that dies after 2.5 s",
    lives: [[0, 2.5]],
    fails: /it ended about [23] s after .* restarted 0 times/,
  },
  {
    what: "an app that dies, without any field but online",
    lives: [[0, 2.5]],
    without: unidentified,
    fails: /it ended about [234] s/,
  },
  {
    what: "a crash loop",
    lives: [
      [0, 2],
      [2.2, 4.2],
      [4.4, 6.4],
      [6.6, 8.6],
    ],
    fails: /it ended about [23] s after .* restarted 1 time$/,
  },
  {
    what: "a crash loop that only shows in the uptime",
    lives: [
      [0, 2],
      [2.2, 4.2],
      [4.4, 6.4],
      [6.6, 8.6],
    ],
    without: ["startedAt"],
    fails: /ended about \d s/,
  },
  {
    what: "a crash loop that only shows in the container",
    lives: [[0, forever]],
    without: unidentified,
    more: (ms) => ({ containerId: `c${Math.floor(ms / 3000)}` }),
    fails: /restarted 1 time/,
  },
  {
    what: "a status that says that it has ended",
    lives: [],
    more: () => ({ status: "crashed" }),
    fails: /ended: its status is crashed/,
  },
  {
    what: "lives that are over before a look",
    lives: [],
    more: (ms) => ({
      currentResourceMetrics: {
        online: false,
        startedAt: new Date(Math.floor(ms / 3000) * 3000).toISOString(),
      },
    }),
    fails: /keeps ending before it is online: it has restarted 2 times/,
  },
  {
    what: "a restart whose flag lags: online, offline, online",
    lives: [
      [0, 21.5],
      [23, forever],
    ],
    ...restart,
    ready: [28, 30],
  },
  {
    what: "a restart whose flag lags and which is never seen offline",
    lives: [
      [0, 22],
      [22, forever],
    ],
    ...restart,
    ready: [27, 28],
  },
  {
    what: "the same without any field but online",
    lives: [
      [0, 21.5],
      [23, forever],
    ],
    without: unidentified,
    ...restart,
    ready: [28, 30],
  },
  {
    what: "the same, shown by the container",
    lives: [[0, forever]],
    without: unidentified,
    before: { containerId: "old" },
    more: (ms) => ({ containerId: ms < 22_000 ? "old" : "new" }),
    ...restart,
    ready: [27, 28],
  },
  {
    what: "a restart that dies",
    lives: [
      [0, 20.2],
      [20.5, 23],
    ],
    ...restart,
    fails: /ended about [23] s/,
  },
  {
    what: "a restart that does not come up",
    lives: [
      [0, 20.2],
      [20.5, 20.7],
    ],
    ...restart,
    fails: /not online yet/,
  },
  {
    what: "an uptime that never moves",
    lives: [[0, forever]],
    more: (ms) => ({
      currentResourceMetrics: { ...metricsOf([[0, forever]], ms), uptime: 100, startedAt: undefined },
    }),
    ready: [5, 5.5],
  },
  {
    what: "an uptime that is always 1",
    lives: [[0, forever]],
    more: (ms) => ({
      currentResourceMetrics: { ...metricsOf([[0, forever]], ms), uptime: 1, startedAt: undefined },
    }),
    ready: [5, 12],
  },
  {
    what: "an app that was found running",
    lives: [[0, forever]],
    action: "none",
    actedAt: 100,
    ready: [105, 106],
  },
  {
    what: "an app that was found running and dies",
    lives: [[0, 102]],
    action: "none",
    actedAt: 100,
    fails: /ended about/,
  },
  {
    what: "no measurements at all, status active",
    lives: [],
    more: () => ({ currentResourceMetrics: undefined }),
    ready: [20, 25],
  },
  {
    what: "no measurements at all, status creating",
    lives: [],
    more: () => ({ currentResourceMetrics: undefined, status: "creating" }),
    fails: /not online yet/,
  },
];

function appAt(row: Row, id: string, ms: number): App {
  const metrics = Object.entries(metricsOf(row.lives, ms) ?? {});
  const shown = Object.fromEntries(metrics.filter(([name]) => !row.without?.includes(name)));
  return { id, name: "web", status: "active", currentResourceMetrics: shown, ...row.more?.(ms) };
}

async function outcome(row: Row): Promise<{ seconds: number; error?: Error; script: Script }> {
  const script = new Script({ look: (id, ms) => appAt(row, id, ms) });
  const { actedAt = 0, action = "create", minReady = 5 } = row;
  await script.clock.advance(actedAt * 1000);
  let seconds = forever;
  let error: Error | undefined;
  const before = mergeApps(appAt(row, "a", actedAt * 1000), { id: "a", ...row.before });
  waitUntilReady(script.deps, {
    app: before,
    poller: new AppPoller(),
    minReadyMs: minReady * 1000,
    action,
    actedAt: script.begin + actedAt * 1000,
    before: action === "restart" ? before : undefined,
  }).then(
    () => {
      seconds = script.ms / 1000;
    },
    (reason: Error) => {
      error = reason;
    },
  );
  await script.clock.advance(120_000);
  script.stop.abort(new Error("Time is over."));
  await settle();
  return { seconds, error, script };
}

describe("readiness", () => {
  for (const row of rows) {
    it(`${row.fails ? "refuses" : "accepts"} ${row.what}`, async () => {
      const { seconds, error } = await outcome(row);
      if (row.fails) {
        assert.ok(error, `ready after ${seconds} s`);
        assert.match(error.message.replace(/\. Its log shows.*/, ""), row.fails);
        assert.match(error.message, /www\.camposcloud\.com\/dashboard\/applications\/a/);
      } else {
        assert.equal(error?.message, undefined);
        const [atLeast, atMost] = row.ready ?? [0, 0];
        assert.ok(seconds >= atLeast && seconds <= atMost, `ready after ${seconds} s`);
      }
    });
  }

  it("warns when only the status counted", async () => {
    const { script } = await outcome({
      what: "",
      lives: [],
      more: () => ({ currentResourceMetrics: undefined }),
    });
    assert.equal(script.warned.length, 1);
    assert.match(script.warned[0] ?? "", /no metrics.*dashboard/);
  });

  it("warns when the uptime stands still while measurements go on", async () => {
    const stuck = (uptime: number, stale: boolean) => (ms: number) => ({
      currentResourceMetrics: {
        online: true,
        uptime,
        timestamp: new Date(stale ? 0 : ms).toISOString(),
      },
    });
    for (const [uptime, stale, warnings] of [
      [0, false, 1],
      [0, true, 0],
      [100, false, 0],
    ] as const) {
      const { seconds, script } = await outcome({ what: "", lives: [], more: stuck(uptime, stale) });
      assert.ok(seconds < 12, `ready after ${seconds} s`);
      assert.equal(script.warned.length, warnings, `${uptime} ${stale}: ${script.warned}`);
    }
  });

  it("never takes an app for ready that is down at the last look, whatever came before", () => {
    const look = fc.record({
      gap: fc.integer({ min: 1, max: 9000 }),
      online: fc.constantFrom(true, true, true, false, undefined),
      uptime: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
      startedAt: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
      containerId: fc.constantFrom(undefined, "x", "x", "y"),
      status: fc.constantFrom("active", "active", "creating"),
    });
    const actions = fc.constantFrom("create" as const, "restart" as const, "start" as const, "none" as const);
    fc.assert(
      fc.property(
        fc.array(look, { maxLength: 30 }),
        fc.integer({ min: 0, max: 9 }),
        actions,
        (looks, min, action) => {
          const expectation: Expectation = { minReadyMs: min * 1000, action, actedAt: 0 };
          let at = 0;
          let observation = unobserved(expectation);
          let measured = false;
          for (const { gap, online, uptime, startedAt, containerId, status } of looks) {
            at += gap;
            measured ||= online !== undefined;
            const started = startedAt === undefined ? undefined : new Date(startedAt).toISOString();
            const metrics = { online, uptime, startedAt: started, timestamp: new Date(at).toISOString() };
            const currentResourceMetrics = online === undefined ? undefined : metrics;
            const app = { id: "a", containerId, status, currentResourceMetrics };
            observation = observe(observation, expectation, { app, at });
            if (observation.standing.kind === "failed") return;
            if (observation.standing.kind !== "ready") continue;
            assert.ok(online === true || (!measured && status === "active"), "ready without being online");
            return;
          }
        },
      ),
      { seed: 20261130, numRuns: 2000 },
    );
  });
});

describe("waiting", () => {
  const online = (ms: number, since: number) => metricsOf([[since, forever]], ms);
  const quick = { minReadyMs: 0, action: "create" as const };
  const app = (id: string, ms: number, since: number): App => ({
    id,
    status: "active",
    currentResourceMetrics: online(ms, since),
  });

  it("asks at once, then backs off from 1 s to 2 s", async () => {
    const script = new Script({ look: (id, ms) => app(id, ms, 20) });
    const done = waitUntilReady(script.deps, {
      app: { id: "a" },
      poller: new AppPoller(),
      ...quick,
      actedAt: script.begin,
    });
    await script.clock.advance(30_000);
    await done;
    const gaps = script.askedAt.slice(1).map((time, index) => time - (script.askedAt[index] ?? 0));
    assert.deepEqual(gaps.slice(0, 5), [1000, 1500, 2000, 2000, 2000]);
  });

  it("asks a new app that runs at once three times at most", async () => {
    const script = new Script({ look: (id, ms) => app(id, ms, 0) });
    const options = {
      app: { id: "a" },
      poller: new AppPoller(),
      action: "create" as const,
      minReadyMs: 5000,
    };
    const done = waitUntilReady(script.deps, { ...options, actedAt: script.begin });
    await script.clock.advance(10_000);
    await done;
    assert.ok(script.asked.length <= 5, script.askedAt.join());
  });

  it("shares one listing in 5 s among all that wait while others are still being created", async () => {
    const script = new Script({ look: (id, ms) => app(id, ms, Number(id) * 3.1) });
    script.ids = Array.from({ length: 40 }, (_, at) => `${at}`);
    const poller = new AppPoller();
    const { deps } = script;
    const all = script.ids.map(async (id) => {
      const leave = poller.enter();
      await script.clock.sleep(Number(id) * 3100);
      await waitUntilReady(deps, {
        app: { id },
        poller,
        action: "create",
        minReadyMs: 5000,
        actedAt: script.clock.now(),
      });
      leave();
      return script.ms;
    });
    await script.clock.advance(200_000);
    const ends = await Promise.all(all);
    const lists = script.asked.filter((call) => call === "list").length;
    const gets = script.asked.length - lists;
    assert.ok(lists <= 121 / 5 + 5, `${lists} listings`);
    assert.ok(gets <= 40, `${gets} looks at one app`);
    assert.ok(Math.max(...ends) <= 39 * 3100 + 7000, `${Math.max(...ends)}`);
  });

  it("polls an app directly if listings contain no metrics", async () => {
    const script = new Script({ look: (id, ms) => app(id, ms, 3) });
    const { deps } = script;
    const listApps = deps.api.listApps;
    deps.api.listApps = async (query) => {
      const { apps, hasNextPage } = await listApps(query);
      return { apps: apps.map(({ currentResourceMetrics: _none, ...rest }) => rest), hasNextPage };
    };
    const poller = new AppPoller();
    const all = ["a", "b"].map((id) =>
      waitUntilReady(deps, { app: { id }, poller, ...quick, actedAt: script.begin }),
    );
    await script.clock.advance(10_000);
    await Promise.all(all);
  });

  it("ends at once when the app is suspended", async () => {
    const script = new Script({ look: (id) => ({ id, status: "suspended" }) });
    const done = waitUntilReady(script.deps, {
      app: { id: "a" },
      poller: new AppPoller(),
      ...quick,
      actedAt: script.begin,
    });
    await assert.rejects(done, /has suspended the app a/);
    assert.equal(script.asked.length, 1);
  });

  it("sends one more start when the app stays offline, and ignores a refusal", async () => {
    const script = new Script({ look: (id, ms) => app(id, ms, 40) });
    let starts = 0;
    const startAgain = async () => {
      starts++;
      throw new ApiError("409 already starting", {
        kind: "invalid",
        method: "POST",
        path: "/",
        maybeApplied: false,
        transient: false,
      } as never);
    };
    const options = { app: { id: "a" }, poller: new AppPoller(), ...quick, startAgain };
    const done = waitUntilReady(script.deps, { ...options, actedAt: script.begin });
    await script.clock.advance(60_000);
    await done;
    assert.equal(starts, 1);
    assert.match(script.said.at(-1) ?? "", /\(3\d s\); if it cannot start, its log shows why: https:/);
  });

  it("reports what it knows when the time is up", async () => {
    const script = new Script({ look: (id, ms) => ({ ...app(id, ms, 100), name: "web" }) });
    const done = waitUntilReady(script.deps, {
      app: { id: "a" },
      poller: new AppPoller(),
      ...quick,
      actedAt: script.begin,
    });
    const refused = assert.rejects(
      done,
      /The app web \(a\) is not online yet, its status is active\. .*dashboard\/applications\/a.* Time is over\.$/,
    );
    await script.clock.advance(2500);
    script.stop.abort(new Error("Time is over."));
    await refused;
  });

  it("gives up quietly after a bounded time where that was asked for", async () => {
    const script = new Script({ look: (id, ms) => app(id, ms, 0) });
    const options = {
      app: { id: "a" },
      poller: new AppPoller(),
      until: () => false,
      atMostMs: 15_000,
      what: "",
    };
    const done = waitUntil(script.deps, options);
    await script.clock.advance(30_000);
    await done;
    assert.ok((script.askedAt.at(-1) ?? 0) < 21_000);
  });
});

describe("the health check", () => {
  const web: App = { id: "a", name: "web", assignedSubdomain: "web-1" };
  const run = async (
    healthCheck: { path?: string; timeoutSeconds?: number; enabled?: boolean } | undefined,
    probe: (url: string, ms: number) => { status: number; text: string } | { failure: string },
    app: App = web,
  ) => {
    const script = new Script({ look: (id) => ({ id }), probe });
    const ready = readyIn(script, app);
    let error: Error | undefined;
    const done = checkHealth(script.deps, ready, { exposedViaWeb: true, healthCheck }).catch(
      (reason: Error) => {
        error = reason;
      },
    );
    await script.clock.advance(100_000);
    await done;
    return { error, script };
  };
  const readyIn = (script: Script, app: App): Ready => {
    const expectation: Expectation = { minReadyMs: 0, action: "create", actedAt: script.begin };
    return { app, poller: new AppPoller(), expectation, observation: unobserved(expectation) };
  };
  const answer = (status: number, text = "") => ({ status, text });

  it("asks for / of an app without one, and only warns", async () => {
    const { error, script } = await run(undefined, () => answer(503, "no app"));
    assert.equal(error, undefined);
    assert.match(script.warned[0] ?? "", /GET https:\/\/web-1\.example\/ .*503 "no app"/);
    assert.equal(new Set(script.probed).size, 1);
  });

  it("is content with any answer below 500 then", async () => {
    const { script } = await run(undefined, () => answer(404));
    assert.deepEqual(script.warned, []);
    assert.equal(script.probed.length, 1);
  });

  it("waits for 2xx or 3xx where it is set", async () => {
    for (const status of [200, 204, 302]) {
      const { error, script } = await run({ path: "/up" }, (_url, ms) => answer(ms < 9000 ? 503 : status));
      assert.equal(error, undefined);
      assert.equal(script.probed[0], "https://web-1.example/up");
      assert.ok(script.probed.length > 3);
    }
  });

  it("fails with address and last status when the time is over", async () => {
    const { error } = await run({ path: "/up", timeoutSeconds: 12 }, () => answer(404, "not here"));
    assert.match(
      error?.message ?? "",
      /GET https:\/\/web-1\.example\/up .* 12 s, .*404 "not here".*dashboard/,
    );
  });

  it("reports that there was no response", async () => {
    const { error } = await run({}, () => ({ failure: "no answer (ECONNREFUSED)" }));
    assert.match(error?.message ?? "", /within 60 s, the last result was no answer \(ECONNREFUSED\)/);
  });

  it("reports the last status, even if a timer fires early and leaves a millisecond for one more request", async () => {
    const probe = (_url: string, ms: number) =>
      ms < 14_500 ? answer(503, "starting") : { failure: "no answer within 0 s" };
    const script = new Script({ look: (id) => ({ id }), probe });
    const { clock, ...deps } = script.deps;
    const sleep = (ms: number, signal?: AbortSignal) => clock.sleep(ms > 1 ? ms - 1 : ms, signal);
    const ready = readyIn(script, web);
    const done = checkHealth({ ...deps, clock: { now: () => clock.now(), sleep } }, ready, {
      exposedViaWeb: true,
    });
    await script.clock.advance(100_000);
    await done;
    assert.match(script.warned[0] ?? "", /the last result was 503 "starting"/);
  });

  /** The outcome of a create of an app with these runs, whose health check gets these statuses. */
  const created = async (
    look: (id: string, ms: number) => App,
    {
      healthCheck,
      status,
      startSent = false,
    }: { healthCheck?: object; status: (ms: number) => number; startSent?: boolean },
  ) => {
    const script = new Script({ look, probe: (_url, ms) => answer(status(ms)) });
    const wait = {
      app: web,
      poller: new AppPoller(),
      minReadyMs: 0,
      action: "create" as const,
      actedAt: script.begin,
    };
    let endedAt = 0;
    const done = waitUntilReady(script.deps, wait)
      .then((ready) =>
        checkHealth(
          script.deps,
          { ...ready, app: web, mayRestartSince: startSent ? script.clock.now() : undefined },
          { exposedViaWeb: true, healthCheck },
        ),
      )
      .catch((error: Error) => error.message)
      .finally(() => {
        endedAt = script.ms / 1000;
      });
    await script.clock.advance(200_000);
    return { message: await done, endedAt, script };
  };
  const living =
    (...lives: Lives) =>
    (id: string, ms: number): App => ({ ...web, id, currentResourceMetrics: metricsOf(lives, ms) });

  it("fails as soon as the app ends meanwhile, also where it would only warn", async () => {
    for (const healthCheck of [{ path: "/up" }, undefined]) {
      const { message, endedAt } = await created(living([0, 12]), { healthCheck, status: () => 503 });
      assert.match(message ?? "", /it ended about 1[123] s after it came online and has restarted 0 times/);
      assert.match(message ?? "", /dashboard\/applications\/a/);
      assert.ok(endedAt < 17, `${endedAt} s`);
    }
  });

  it("fails as soon as the app restarts meanwhile", async () => {
    const look = living([0, 12], [12.2, forever]);
    const { message, endedAt } = await created(look, { healthCheck: {}, status: () => 503 });
    assert.match(message ?? "", /it ended about 1[123] s after it came online and has restarted 1 time/);
    assert.ok(endedAt < 17, `${endedAt} s`);
  });

  it("allows one restart after a start was sent for the address, and still notices the end of the app", async () => {
    const start = { healthCheck: {}, startSent: true };
    const restarts = living([0, 6], [9, forever]);
    const well = await created(restarts, { ...start, status: (ms) => (ms < 40_000 ? 503 : 200) });
    assert.equal(well.message, undefined);
    const dead = await created(living([0, 12]), { ...start, status: () => 503 });
    assert.match(dead.message ?? "", /it ended about \d+ s after/);
    assert.ok(dead.endedAt < 40, `${dead.endedAt} s`);
    const later = await created(living([0, 6], [9, 50]), { ...start, status: () => 503 });
    assert.match(later.message ?? "", /it ended about 4\d s after/);
    assert.ok(later.endedAt < 55, `${later.endedAt} s`);
  });

  it("does not take a single odd response for the end of the app", async () => {
    let looks = 0;
    const look = (id: string, ms: number) =>
      living(...(looks++ === 9 ? [] : [[0, forever] as const]))(id, ms);
    const { message, script } = await created(look, {
      healthCheck: {},
      status: (ms) => (ms < 40_000 ? 503 : 200),
    });
    assert.equal(message, undefined);
    assert.ok(looks > 11);
    assert.deepEqual(script.warned, []);
  });

  it("does not poll the app again if the first request succeeds, nor after the check", async () => {
    const { script } = await created(living([0, forever]), { status: () => 200 });
    const once = await created(living([0, forever]), { status: (ms) => (ms < 8000 ? 503 : 200) });
    assert.ok(Math.max(...script.askedAt) < 6000);
    assert.ok(once.script.asked.length > script.asked.length);
    assert.ok(Math.max(...once.script.askedAt) < 11_000);
  });

  it("asks nothing when it is off, and of an app that is not on the web", async () => {
    assert.deepEqual((await run({ enabled: false }, () => answer(500))).script.probed, []);
    assert.deepEqual((await run(undefined, () => answer(500), { id: "a" })).script.probed, []);
  });

  it("fails when it is set and the address is not known", async () => {
    const { error } = await run({}, () => answer(200), { id: "a", name: "web" });
    assert.match(error?.message ?? "", /did not return its address/);
  });
});
