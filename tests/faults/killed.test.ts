/**
 * SIGKILL, or Ctrl-C twice, while each app of a stack is at a different request of its creation or replacement: the next `up` has
 * one app of each.
 */
import { strict as assert } from "node:assert";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Adapter, dynamic, native } from "../support/adapters";
import { killAll, processTree } from "../support/stack";
import { type FaultBench, openFaultBench, plain } from "./fault-bench";

type Moments = Readonly<Record<string, RegExp>>;

/** The request, as `METHOD /path`, at which each app is when the run is killed, by the app's name. */
const ofCreate: Moments = {
  teams: /^GET \/v1\/teams$/,
  list: /^GET \/v1\/apps$/,
  create: /^POST \/v1\/apps\/create$/,
  start: /\/start$/,
  look: /^GET \/v1\/apps\/\w+$/,
  marker: /^DELETE .*\/files$/,
};
const names = Object.keys(ofCreate);
/** The engine deletes replaced apps after everything else. */
const ofDelete: Moments = Object.fromEntries(names.map((name) => [name, /\/delete$/]));

interface Kill {
  /** Whether all processes that the CLI has started are killed too; otherwise the provider keeps running. */
  withProvider: boolean;
  /** Whether the requests in flight reach the API. */
  arrives: boolean;
  /** Ctrl-C twice instead of SIGKILL: the CLI ends the provider itself. */
  interrupted?: boolean;
}

const kills: Record<string, Kill> = {
  "only the CLI": { withProvider: false, arrives: true },
  "the CLI and the provider before their requests took effect": { withProvider: true, arrives: false },
  "the CLI and the provider after their requests took effect": { withProvider: true, arrives: true },
};

/** Where the second and third runs, which replace the apps, are killed. How they continue is the same with both adapters. */
const replacements = new Map<Adapter, readonly Moments[]>([
  [dynamic, [ofCreate, ofDelete]],
  [native, [ofDelete]],
]);

for (const [adapter, moments] of replacements)
  describe(`a killed run${adapter.suffix}`, function () {
    this.timeout(600_000);
    defineTests(adapter, moments);
  });

function defineTests(adapter: Adapter, ofReplacements: readonly Moments[]): void {
  let bench: FaultBench;
  const leftAlive: number[] = [];

  beforeEach(async () => {
    // Each app has its own account, so that no lookup serves two of them.
    bench = await openFaultBench({ accounts: names.length, adapter });
    const args = { ...plain, exposedViaWeb: true };
    bench.program(Object.fromEntries(names.map((name, at) => [name, { ...args, account: `a${at}` }])));
  });
  afterEach(async () => {
    killAll(leftAlive.splice(0));
    await bench.close();
  });

  /** Starts an `up`, holds each app at its request, and kills the processes when all are held. */
  const killAt = async (moments: Moments, { withProvider, arrives, interrupted }: Kill) => {
    const held = new Map<string, string>();
    const all = signal();
    const killed = signal();
    bench.server.watch(async ({ method, path, account }) => {
      const name = names[Number(account.slice(1))] ?? "";
      const request = `${method} ${path}`;
      if (held.has(name) || !moments[name]?.test(request)) return true;
      held.set(name, request);
      if (held.size === names.length) all.give();
      await killed.given;
      // Nothing identifies an app without its marker, and only a provider that keeps running can restore it.
      return arrives && !(withProvider && moments[name] === ofCreate["marker"]);
    });
    const { child, ended } = bench.stack.start("up", "--yes", "--skip-preview", "--parallel", "400");
    const run = await Promise.race([all.given, ended]);
    assert.equal(run, undefined, `It ended when these were held: ${[...held.keys()]}\n${run?.text}`);
    const exited = once(child, "exit");
    const [cli = 0, ...others] = processTree(child.pid ?? 0);
    if (interrupted) await interruptTwice(cli);
    else killAll(withProvider ? [cli, ...others] : [cli]);
    leftAlive.push(...(withProvider ? [] : others));
    if (!interrupted) await exited;
    killed.give();
    await exited;
    await ended;
    bench.server.watch(undefined);
    await bench.stack.must("cancel", "--yes");
  };

  /** Checks that the next `up` has one app of each name, none of which existed before. */
  const repaired = async (before: ReadonlyMap<string, string>) => {
    const run = await bench.up();
    assert.equal(run.code, 0, run.text);
    await bench.assertOne(names);
    const ids = await bench.ids();
    assert.deepEqual(
      names.filter((name) => ids.get(name) === before.get(name)),
      [],
    );
    return ids;
  };
  const taint = async () => {
    const urns = (await bench.stack.apps()).map(({ urn }) => urn);
    await bench.stack.must("state", "taint", ...urns, "--yes");
  };

  for (const [what, kill] of Object.entries(kills)) {
    it(`has one app of each after killing ${what}, in a creation and in a replacement`, async () => {
      await killAt(ofCreate, kill);
      let ids = await repaired(new Map());
      for (const moments of ofReplacements) {
        await taint();
        await killAt(moments, kill);
        ids = await repaired(ids);
      }
      const again = await bench.up("--expect-no-changes");
      assert.equal(again.code, 0, again.text);
    });
  }

  it("has one app of each after Ctrl-C twice in a creation", async () => {
    await killAt(ofCreate, { withProvider: false, arrives: true, interrupted: true });
    await repaired(new Map());
  });
}

/** As an impatient user does. */
async function interruptTwice(pid: number): Promise<void> {
  process.kill(pid, "SIGINT");
  await sleep(500);
  process.kill(pid, "SIGINT");
  // The CLI asks the provider to end, and kills it after 5 s.
  await sleep(1500);
}

interface Signal {
  given: Promise<undefined>;
  give(): void;
}

function signal(): Signal {
  let give = () => {};
  const given = new Promise<undefined>((done) => {
    give = () => done(undefined);
  });
  return { given, give: () => give() };
}
