/** The outputs and the state: every field of the API, the constant provider code, and no secret in plain text. */
import { strict as assert } from "node:assert";
import { type Bench, openBench, simpleApp } from "../support/campos-stack";
import type { StateResource } from "../support/stack";

const secret = 'p4ss/w+rd "quoted" é';

for (const shape of ["current", "seed"] as const) {
  describe(`outputs and state, answers in the ${shape} shape`, () => {
    let bench: Bench;
    let app: StateResource | undefined;

    before(async () => {
      bench = await openBench({
        emulator: {
          shape,
          run: false,
          token: "k3y-that-must-not-leak",
          teams: [{ _id: "64a000000000000000000001", name: "crew" }],
        },
        app: simpleApp.replace(
          "}",
          `, teamId: "64a000000000000000000001", environmentVariables: { PASSWORD: ${JSON.stringify(secret)} } }`,
        ),
      });
      const run = await bench.stack.up();
      assert.equal(run.code, 0, run.text);
      assert.ok(!run.text.includes("p4ss"), run.text);
      app = (await bench.stack.apps())[0];
    });
    after(() => bench.close());

    it("has every field of the response under its name and with its type", () => {
      const types: Record<string, string> = {
        containerId: "string",
        teamId: "string",
        restartRequired: "boolean",
        name: "string",
        userId: "string",
        allocatedMemoryMB: "number",
        allocatedVCpu: "number",
        workerNodeId: "object",
        containerImage: "string",
        exposedViaWeb: "boolean",
        startupCommand: "string",
        installDependenciesCmd: "string",
        runtimeEnvironment: "string",
        autoRestartEnabled: "boolean",
        status: "string",
        createdAt: "string",
        updatedAt: "string",
        currentResourceMetrics: "object",
        assignedSubdomain: "string",
        url: "string",
        online: "boolean",
        sourceHash: "string",
        sourceFiles: "object",
        source: "string",
        appName: "string",
        mainFile: "string",
        memoryMB: "number",
        waitForOnline: "boolean",
      };
      for (const [name, type] of Object.entries(types)) assert.equal(typeof app?.outputs[name], type, name);
      assert.equal(app?.outputs["teamId"], "64a000000000000000000001");
      assert.deepEqual(Object.keys((app?.outputs["workerNodeId"] ?? {}) as object).sort(), [
        "_id",
        "nodeName",
      ]);
      const metrics = app?.outputs["currentResourceMetrics"] as Record<string, unknown>;
      for (const name of ["uptime", "cpuUsagePercent", "memoryUsageBytes", "memoryLimitBytes"]) {
        assert.equal(typeof metrics[name], "number", name);
      }
    });

    it("sends the team under both names, and only documented fields", () => {
      const create = bench.emulator.requests().find(({ path }) => path === "/v1/apps/create");
      assert.deepEqual(Object.keys(create?.body?.fields ?? {}).sort(), [
        "appName",
        "autoRestartEnabled",
        "environmentVariables",
        "exposedViaWeb",
        "mainFile",
        "memoryMB",
        "runtimeEnvironment",
        "team",
        "teamId",
      ]);
    });

    it("stores the constant text as the provider's code", () => {
      const text = 'exports.handler=()=>require("pulumi-camposcloud/handlers")';
      assert.equal(app?.inputs["__provider"], text);
      assert.equal(app?.outputs["__provider"], text);
    });

    it("contains neither the key nor a variable's value in any encoding", async () => {
      const state = await bench.stack.stateText();
      for (const hidden of ["k3y-that-must-not-leak", "p4ss"]) {
        assert.ok(!state.includes(hidden));
        assert.ok(!state.includes(Buffer.from(hidden).toString("base64").slice(0, -3)));
      }
    });

    it("shows nothing after two refreshes", async () => {
      for (let round = 0; round < 2; round++) {
        assert.equal((await bench.stack.refresh("--expect-no-changes")).code, 0);
      }
      assert.equal((await bench.stack.preview("--expect-no-changes")).code, 0);
      const state = await bench.stack.stateText();
      assert.ok(!state.includes("p4ss"));
    });
  });
}
