/** Owns scripted faults and the log of requests. */
import { strict as assert } from "node:assert";
import {
  bench,
  closeAll,
  conforms,
  create,
  createId,
  settings,
  until,
  WORKER,
  zipOf,
} from "./support/client";
import { SCHEMAS } from "./support/schemas";

const dropped = (call: Promise<unknown>) => assert.rejects(call, { code: "ECONNRESET" });

describe("emulator: faults", () => {
  afterEach(closeAll);

  it("responds with the given status as often as requested, then as usual", async () => {
    const { api, emulator } = await bench({ run: false });
    emulator.fault({ status: 503, times: 2 });
    for (const status of [503, 503, 200]) assert.equal((await api.get("/v1/apps")).status, status);
    emulator.fault({ status: 500 });
    conforms((await api.get("/v1/apps")).data, SCHEMAS.error);
    emulator.fault({ status: 204 });
    assert.equal((await api.get("/v1/apps")).status, 204);
  });

  it("only applies to its method and path", async () => {
    const { api, emulator } = await bench({ run: false });
    const id = await createId(api, WORKER);
    emulator.fault({ method: "post", path: "/v1/apps/*/stop", status: 500 });
    emulator.fault({ path: /users/, status: 418, body: { odd: true }, headers: { "Retry-After": "7" } });
    assert.equal((await api.get(`/v1/apps/${id}`)).status, 200);
    assert.equal((await api.post(`/v1/apps/${id}/start`)).status, 200);
    assert.equal((await api.post(`/v1/apps/${id}/stop`)).status, 500);
    const odd = await api.get("/v1/users/@me");
    assert.deepEqual([odd.status, odd.data, odd.headers["retry-after"]], [418, { odd: true }, "7"]);
  });

  it("prevents the effect with before, and allows it with after", async () => {
    const { api, emulator } = await bench({ run: false });
    emulator.fault({ method: "POST", path: "/v1/apps/create", status: 500 });
    assert.equal((await create(api, WORKER)).status, 500);
    assert.equal(emulator.apps().length, 0);
    emulator.fault({ method: "POST", path: "/v1/apps/create", status: 500, when: "after" });
    assert.equal((await create(api, WORKER)).status, 500);
    assert.equal(emulator.apps().length, 1);
  });

  it("drops the connection before or after the effect", async () => {
    const { api, emulator } = await bench({ run: false });
    emulator.fault({ reset: true });
    await dropped(create(api, WORKER));
    assert.equal(emulator.apps().length, 0);
    emulator.fault({ reset: true, when: "after" });
    await dropped(create(api, WORKER));
    assert.equal(emulator.apps().length, 1);
    assert.deepEqual(
      emulator.requests().map(({ status, faulted }) => [status, faulted]),
      [
        [0, true],
        [0, true],
      ],
    );
  });

  it("delays an otherwise normal response", async () => {
    const { api, emulator } = await bench({ run: false });
    emulator.fault({ delayMs: 150 });
    assert.equal((await api.get("/v1/apps")).status, 200);
    assert.ok((emulator.requests()[0]?.ms ?? 0) >= 149);
  });

  it("waits after the effect if configured", async () => {
    const { api, emulator } = await bench({ run: false });
    emulator.fault({ delayMs: 600_000, when: "after" });
    const slow = create(api, WORKER).catch(() => "cut off");
    await until("the app exists before its answer", () => emulator.apps().length === 1);
    await emulator.close();
    assert.equal(await slow, "cut off");
  });

  it("adds its latency to every response", async () => {
    const { api, emulator } = await bench({ run: false, latencyMs: 60 });
    await api.get("/v1/apps");
    assert.ok((emulator.requests()[0]?.ms ?? 0) >= 59);
  });

  it("removes its faults on request", async () => {
    const { api, emulator } = await bench({ run: false });
    emulator.fault({ status: 500, times: Number.POSITIVE_INFINITY });
    for (let index = 0; index < 3; index += 1) assert.equal((await api.get("/v1/apps")).status, 500);
    emulator.clearFaults();
    assert.equal((await api.get("/v1/apps")).status, 200);
  });
});

describe("emulator: log of requests", () => {
  afterEach(closeAll);

  it("keeps method, path, query, status and times", async () => {
    const { api, emulator } = await bench({ run: false });
    const before = Date.now();
    await api.get("/v1/apps?limit=3");
    const [record] = emulator.requests();
    assert.deepEqual(
      [record?.method, record?.path, record?.query, record?.status],
      ["GET", "/v1/apps", { limit: "3" }, 200],
    );
    assert.ok(record && record.receivedAt >= before - 1 && record.receivedAt <= Date.now() + 1);
    emulator.clearRequests();
    assert.deepEqual(emulator.requests(), []);
  });

  it("records the content of bodies, but never the value of a variable", async () => {
    const { api, emulator } = await bench({ run: false, token: "the-token" });
    const variable = { key: "PASSWORD", value: "hush-hush" };
    const id = await createId(
      api,
      { "index.js": "1", "a/b.txt": "two" },
      { environmentVariables: JSON.stringify([variable]) },
    );
    await api.post(`/v1/apps/${id}/update`, settings({ environmentVariables: [variable] }));
    await api.post(`/v1/apps/${id}/update`, settings({ environmentVariables: "hush-hush" }));
    await create(api, WORKER, { environmentVariables: "hush-hush" });
    const text = JSON.stringify(emulator.requests());
    assert.ok(!text.includes("hush-hush") && !text.includes("the-token"));
    const [made, updated] = emulator.requests();
    assert.equal(made?.body?.fields?.["appName"], "app");
    assert.equal(made?.body?.fields?.["environmentVariables"], '[{"key":"PASSWORD","value":"[redacted]"}]');
    assert.deepEqual(made?.body?.file?.entries, [
      { path: "index.js", sha256: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b" },
      { path: "a/b.txt", sha256: "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3" },
    ]);
    assert.equal(made?.body?.file?.bytes, (await zipOf({ "index.js": "1", "a/b.txt": "two" })).length);
    assert.deepEqual(
      updated?.body?.json,
      settings({ environmentVariables: [{ key: "PASSWORD", value: "[redacted]" }] }),
    );
  });
});
