/** Owns what a client needs to distinguish healthy apps from ones that crash, loop, have no metrics or are refused with a 2xx. */
import { strict as assert } from "node:assert";
import { ROUTES } from "../../emulator/api/routes";
import {
  bench,
  closeAll,
  create,
  createId,
  metricsOf,
  offline,
  online,
  until,
  WORKER,
} from "./support/client";
import { NODE_WEB } from "./support/programs";

const LOOPING = {
  "index.js": "setTimeout(() => { throw new Error('the end of this life'); }, 700);",
};

describe("emulator: readiness", () => {
  afterEach(closeAll);

  it("has real metrics in the first response that shows the app as online", async () => {
    for (const files of [WORKER, NODE_WEB]) {
      const { api } = await bench({ requestsPerMinute: 0 });
      const id = await createId(api, files, { exposedViaWeb: String(files === NODE_WEB) });
      const first = await until("it is online", async () => {
        const { currentResourceMetrics } = (await api.get(`/v1/apps/${id}`)).data;
        return currentResourceMetrics.online && currentResourceMetrics;
      });
      assert.ok(first.memoryUsageBytes > 10 * 1024 ** 2, JSON.stringify(first));
      assert.ok(Date.parse(first.startedAt) > 0);
    }
  });

  it("shows each run of a crashing app with its own start time and container", async () => {
    const table = await bench();
    const id = await createId(table.api, LOOPING, { autoRestartEnabled: "true" });
    const lives = new Map<string, string>();
    await until("it has lived three times", () => {
      const [app] = table.emulator.apps();
      const startedAt = app?.currentResourceMetrics?.startedAt;
      if (startedAt) lives.set(startedAt, app?.containerId ?? "");
      return lives.size === 3;
    });
    assert.equal(new Set(lives.values()).size, 3);
    assert.match(table.emulator.log(id), /the end of this life/);
  });

  it("gives a restart a new start time and container", async () => {
    const table = await bench();
    const id = await createId(table.api, WORKER);
    await online(table, id);
    const before = (await table.api.get(`/v1/apps/${id}`)).data;
    await table.api.post(`/v1/apps/${id}/restart`);
    await online(table, id);
    const after = (await table.api.get(`/v1/apps/${id}`)).data;
    assert.notEqual(after.containerId, before.containerId);
    assert.ok(after.currentResourceMetrics.startedAt > before.currentResourceMetrics.startedAt);
  });

  it("ends apps that it does not run after the given time, and restarts them if configured", async () => {
    const table = await bench({ run: false, exitAfterSeconds: 0.2 });
    const down = await createId(table.api, WORKER);
    const looping = await createId(table.api, WORKER, { autoRestartEnabled: "true" });
    await offline(table, down);
    await until("it was started again", () => /Restarts in 1 s/.test(table.emulator.log(looping)));
    assert.match(table.emulator.log(down), /Ended: exit code 1/);
    assert.doesNotMatch(table.emulator.log(down), /Restarts/);
  });

  it("returns no metrics in any response with the shape no-metrics", async () => {
    const { api } = await bench({ run: false, shape: "no-metrics" });
    const { data: made } = await create(api, WORKER);
    const answers = [
      made,
      (await api.get(`/v1/apps/${made._id}`)).data,
      (await api.get("/v1/apps")).data.applications[0],
      (await api.post(`/v1/apps/${made._id}/restart`)).data,
    ];
    assert.deepEqual(
      answers.map(({ currentResourceMetrics, status }) => [currentResourceMetrics, status]),
      answers.map(() => [null, "active"]),
    );
  });

  it("refuses to start an app that is starting if configured, and no other", async () => {
    const table = await bench({ bootSeconds: 1, variants: { startWhileStarting: "refused" } });
    const id = await createId(table.api, WORKER);
    const refused = await table.api.post(`/v1/apps/${id}/start`);
    assert.deepEqual([refused.status, refused.data.message], [409, "The application is already starting."]);
    await online(table, id);
    assert.equal((await table.api.post(`/v1/apps/${id}/start`)).status, 200);
  });

  it("refuses with status 200 at every endpoint if configured, without an effect", async () => {
    const table = await bench({ run: false });
    const id = await createId(table.api, WORKER);
    const error = "Not enough disk space";
    for (const { verb: method, path } of ROUTES) {
      table.emulator.fault({ method, path: path.replace(":id", "*"), status: 200, body: { error } });
      const answer = await table.api.request({ method, url: path.replace(":id", id) });
      assert.deepEqual([answer.status, answer.data], [200, { error }], path);
    }
    assert.equal(metricsOf(table, id)?.online, true);
  });

  it("changes a response with a fault", async () => {
    const table = await bench({ run: false });
    const id = await createId(table.api, WORKER);
    table.emulator.fault({ change: (json) => ({ ...Object(json), currentResourceMetrics: null }) });
    assert.equal((await table.api.get(`/v1/apps/${id}`)).data.currentResourceMetrics, null);
    assert.equal((await table.api.get(`/v1/apps/${id}`)).data.currentResourceMetrics.online, true);
  });
});
