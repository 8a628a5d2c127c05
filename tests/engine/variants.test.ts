/** The lifecycle of an app is the same for each interpretation of points on which published sources disagree. */
import { strict as assert } from "node:assert";
import type { EmulatorOptions } from "../../emulator";
import { type Bench, openBench } from "../support/campos-stack";

const teamId = "64a000000000000000000001";

const readings: Record<string, EmulatorOptions> = {
  "the older shapes, with team ids everywhere": { shape: "seed" },
  "bare answers, none with measurements after create, errors without a message": {
    variants: { list: "bare", user: "bare", createMetrics: "absent", errorBody: "error-only" },
  },
  "totals in each listed app, null for measurements, variables merged": {
    variants: { list: "totals-in-items", createMetrics: "null", environmentUpdate: "merge" },
  },
  "apps that are not started by their creation": { variants: { afterCreate: "offline" } },
};

function program(memoryMB: number, variables: object): string {
  return `
    const { CamposApp, getAccount, getApps, getTeams } = require("pulumi-camposcloud");
    const usual = { source: "./app", mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: ${memoryMB}, minReadySeconds: 0 };
    const web = new CamposApp("web", { ...usual, exposedViaWeb: true, environmentVariables: ${JSON.stringify(variables)} });
    const ours = new CamposApp("ours", { ...usual, teamId: "${teamId}" });
    module.exports = {
      url: web.url, online: web.online, memory: web.allocatedMemoryMB, team: ours.teamId,
      account: getAccount().then(({ id }) => typeof id),
      teams: getTeams().then((teams) => teams.map(({ name }) => name)),
      others: getApps({ name: "nobody's" }),
    };
  `;
}

describe("every interpretation of the API", () => {
  let bench: Bench;
  afterEach(() => bench?.close());

  const must = async (step: "up" | "refresh" | "destroy", ...args: string[]) => {
    const run = await bench.stack[step](...args);
    assert.equal(run.code, 0, run.text);
  };

  const converged = async () => {
    await must("refresh", "--expect-no-changes");
    bench.calls();
    await must("up", "--expect-no-changes");
    assert.deepEqual(bench.writes(), []);
  };

  for (const [title, options] of Object.entries(readings)) {
    it(`creates, refreshes, changes and deletes apps with ${title}`, async () => {
      bench = await openBench({
        emulator: { run: false, writeWindowSeconds: 0, teams: [{ _id: teamId, name: "crew" }], ...options },
        config: { "camposcloud:writeIntervalSeconds": "0" },
        files: { "index.js": program(256, { A: "one" }) },
      });
      await must("up");
      const creates = bench.writes().filter((call) => call.endsWith("/create"));
      assert.equal(creates.length, 2);
      const { url, ...outputs } = await bench.stack.outputs();
      assert.match(String(url), /^http:\/\/web-\w+\.localhost:/);
      assert.deepEqual(outputs, {
        online: true,
        memory: 256,
        team: teamId,
        account: "string",
        teams: ["crew"],
        others: [],
      });
      await converged();
      bench.stack.write({ "index.js": program(512, { A: "one", B: "two" }) });
      await must("up");
      assert.deepEqual(
        bench.emulator.apps().map(({ allocatedMemoryMB }) => allocatedMemoryMB),
        [512, 512],
      );
      await converged();
      await must("destroy");
      assert.deepEqual(bench.emulator.apps(), []);
    });
  }
});
