/** Random programs against a server that enforces the documented limits, in virtual time. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { Lane } from "../../../provider/api/endpoints";
import { VirtualClock } from "../../support/virtual-clock";
import { ModelProgram, ModelServer, type Request, type ServerModel } from "./support/model-server";

const seed = 20260101;
const kinds: readonly Lane[] = ["create", "update", "upload", "deleteFiles"];
const hourMs = 3_600_000;

interface Case {
  programs: Request[][];
  model: Omit<ServerModel, "latency">;
  /** Latency in milliseconds: the minimum, and the range above it. */
  latency: { least: number; spread: number };
  random: number;
}

/** When the last request of each program finished, in milliseconds after the start. */
async function run({ programs, model, latency, random: start }: Case) {
  const clock = new VirtualClock();
  const random = generator(start);
  const server = new ModelServer(clock, {
    ...model,
    latency: () => latency.least + latency.spread * random(),
  });
  const from = clock.now();
  const ends: number[] = [];
  for (const [number, requests] of programs.entries()) {
    const program = new ModelProgram(number, server, random);
    void program.run(requests).then(() => {
      ends[number] = clock.now() - from;
    });
  }
  const complete = () => programs.every((_requests, number) => ends[number] !== undefined);
  while (!complete() && clock.now() - from < 4 * hourMs) await clock.advance(5000);
  assert.ok(complete(), "every request is accepted in the end");
  return { server, ends };
}

/** A linear congruential generator: the same numbers in every run. */
function generator(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const anyRequest = (lanes: readonly Lane[], withinMs: number) =>
  fc.record({ lane: fc.constantFrom(...lanes), at: fc.nat(withinMs) });
const anyHeaders = fc.constantFrom<ServerModel["headers"][]>("none", "reset", "retry-after");
const allLanes: readonly Lane[] = ["read", "read", "read", ...kinds];

describe("the limiter, by random programs", function () {
  this.timeout(300_000);

  it("is never refused if it is alone and all requests take about the same time", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyRequest(allLanes, 90_000), { minLength: 1, maxLength: 250 }),
        anyHeaders,
        fc.nat(),
        async (program, headers, random) => {
          const { server } = await run({
            programs: [program],
            model: { windowMs: 3000, shared: false, headers },
            latency: { least: 40, spread: 90 },
            random,
          });
          assert.deepEqual(
            server.arrivals.filter(({ refused }) => refused),
            [],
          );
          assert.ok(server.maxInAMinute() <= 180);
        },
      ),
      { seed, numRuns: 25 },
    ));

  it("never sends more than 180 requests that arrive in one minute, whatever the latency", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyRequest(allLanes, 20_000), { minLength: 200, maxLength: 420 }),
        anyHeaders,
        fc.integer({ min: 1, max: 8000 }),
        fc.nat(),
        async (program, headers, spread, random) => {
          const { server } = await run({
            programs: [program],
            model: { windowMs: 3000, shared: false, headers },
            latency: { least: 1, spread },
            random,
          });
          assert.ok(server.maxInAMinute() <= 180, String(server.maxInAMinute()));
        },
      ),
      { seed, numRuns: 15 },
    ));

  it("succeeds if all kinds of writes share one window, or if the window is longer than documented", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyRequest(kinds, 1000), { minLength: 1, maxLength: 40 }),
        anyHeaders,
        fc.record({ windowMs: fc.integer({ min: 3000, max: 6000 }), shared: fc.boolean() }),
        fc.nat(),
        async (program, headers, model, random) => {
          const { server, ends } = await run({
            programs: [program],
            model: { ...model, headers },
            latency: { least: 20, spread: 80 },
            random,
          });
          const most = Math.max(...kinds.map((kind) => program.filter(({ lane }) => lane === kind).length));
          const ideal = (model.shared ? program.length : most) * model.windowMs;
          const factor = headers === "none" ? 3.5 : 2;
          assert.ok((ends[0] ?? 0) < ideal * factor + 30_000, `${ends[0]} ms, ideal ${ideal}`);
          assert.ok(server.maxInAMinute() <= 180);
        },
      ),
      { seed, numRuns: 30 },
    ));

  it("lets two processes share an account: both finish within twice the ideal time", () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 })),
        fc.subarray([...kinds], { minLength: 1 }),
        anyHeaders,
        fc.nat(4000),
        fc.nat(),
        async (counts, lanes, headers, delay, random) => {
          const programs = counts.map((count, number) =>
            Array.from({ length: count }, (_, at) => [
              ...lanes.map((lane) => ({ lane, at: number * delay + at })),
              { lane: "read" as const, at: number * delay + at * 3000 },
            ]).flat(),
          );
          const { ends } = await run({
            programs,
            model: { windowMs: 3000, shared: false, headers },
            latency: { least: 10, spread: 80 },
            random,
          });
          const ideal = (counts[0] + counts[1]) * 3000 + delay;
          for (const end of ends)
            assert.ok(end < 2 * ideal + 15_000, `${ends.join(" and ")} ms, ideal ${ideal}`);
        },
      ),
      { seed, numRuns: 40 },
    ));

  it("lets one app through while another program creates sixty", async () => {
    for (const headers of ["reset", "retry-after"] as const) {
      for (let random = 1; random <= 5; random++) {
        const many = Array.from({ length: 60 }, (_, at): Request => ({ lane: "create", at }));
        const { ends } = await run({
          programs: [many, [{ lane: "create", at: 500 }]],
          model: { windowMs: 3000, shared: false, headers },
          latency: { least: 10, spread: 80 },
          random,
        });
        assert.ok((ends[1] ?? 0) < 60_000, `${ends[1]} ms`);
      }
    }
  });

  it("lets two processes share the minute's requests", async () => {
    const reads = Array.from({ length: 400 }, (_, at): Request => ({ lane: "read", at }));
    const { ends } = await run({
      programs: [reads, reads],
      model: { windowMs: 3000, shared: false, headers: "reset" },
      latency: { least: 10, spread: 80 },
      random: 1,
    });
    for (const end of ends) assert.ok(end < (2 * (800 * 60_000)) / 180, `${ends.join(" and ")} ms`);
  });
});
