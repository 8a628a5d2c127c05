/** Owns the rate limits: what falls under which window, and what the headers say. */
import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { Limits } from "../../emulator/api/limits";
import { settingsFrom } from "../../emulator/options";
import {
  type Answer,
  bench,
  closeAll,
  conforms,
  create,
  createId,
  settings,
  upload,
  WORKER,
} from "./support/client";
import { SCHEMAS } from "./support/schemas";

const headers = ({ headers: all }: Answer) =>
  ["limit", "remaining", "reset"].map((name) => Number(all[`x-ratelimit-${name}`]));

/** A clock that only advances when a test does so, for windows of a minute. */
function limitsAt(options = {}) {
  const clock = { now: 0 };
  const limits = new Limits(settingsFrom(options), () => clock.now);
  const take = (kind?: Parameters<Limits["take"]>[0]) => {
    const given: Record<string, string> = {};
    try {
      limits.take(kind, given);
      return { refused: false, headers: Object.values(given).map(Number) };
    } catch {
      return { refused: true, headers: Object.values(given).map(Number) };
    }
  };
  return { clock, take };
}

describe("emulator: limits", () => {
  afterEach(closeAll);

  it("allows one write per window for each kind", async () => {
    const { api, emulator } = await bench({ run: false, writeWindowSeconds: 60 });
    const first = await create(api, WORKER);
    assert.equal(first.status, 201);
    assert.deepEqual(headers(first), [1, 0, 60]);
    const id = first.data._id;
    const other = [
      await api.post(`/v1/apps/${id}/update`, settings()),
      await upload(api, id, WORKER),
      await api.delete(`/v1/apps/${id}/files`, { data: { files: [] } }),
    ];
    assert.deepEqual(
      other.map(({ status }) => status),
      [200, 200, 200],
    );
    const second = [
      await create(api, WORKER),
      await api.post(`/v1/apps/${id}/update`, settings()),
      await upload(api, id, WORKER),
      await api.delete(`/v1/apps/${id}/files`, { data: { files: [] } }),
    ];
    for (const answer of second) {
      assert.equal(answer.status, 429);
      conforms(answer.data, SCHEMAS.error);
      assert.deepEqual(headers(answer).slice(0, 2), [1, 0]);
      const reset = headers(answer)[2] ?? 0;
      assert.ok(reset >= 1 && reset <= 60, `reset is ${reset}`);
    }
    assert.equal(emulator.apps().length, 1);
    assert.deepEqual(
      emulator.requests().map(({ limited }) => limited),
      [false, false, false, false, true, true, true, true],
    );
  });

  it("counts a rejected create, too", async () => {
    const { api } = await bench({ run: false, writeWindowSeconds: 60 });
    assert.equal((await create(api, WORKER, { memoryMB: "x" })).status, 400);
    assert.equal((await create(api, WORKER)).status, 429);
  });

  it("resets the window after its time, and immediately on request", async () => {
    const { api, emulator } = await bench({ run: false, writeWindowSeconds: 2 });
    await createId(api, WORKER);
    assert.equal((await create(api, WORKER)).status, 429);
    await sleep(2010);
    await createId(api, WORKER);
    emulator.resetLimits();
    await createId(api, WORKER);
  });

  it("responds completely to a large refused upload", async () => {
    const { api } = await bench({ run: false, writeWindowSeconds: 60 });
    const id = await createId(api, WORKER);
    const noise = Buffer.from(Array.from({ length: 8 * 1024 * 1024 }, () => Math.floor(Math.random() * 256)));
    assert.equal((await upload(api, id, { noise })).status, 200);
    assert.equal((await upload(api, id, { noise })).status, 429);
  });

  it("returns the account's window in every other response", async () => {
    const { api } = await bench({ run: false });
    assert.deepEqual(headers(await api.get("/v1/apps")), [180, 179, 60]);
    assert.deepEqual(headers(await api.get("/v1/nothing")), [180, 178, 60]);
    const unknown = await api.get("/v1/apps", { headers: { Authorization: "Bearer wrong" } });
    assert.equal(unknown.headers["x-ratelimit-limit"], undefined);
  });

  it("refuses request 181 in a minute, whatever its kind", async () => {
    const { api } = await bench({ run: false });
    for (let index = 0; index < 180; index += 1) assert.equal((await api.get("/v1/users/@me")).status, 200);
    const refused = await api.get("/v1/users/@me");
    assert.equal(refused.status, 429);
    assert.deepEqual(headers(refused).slice(0, 2), [180, 0]);
    assert.equal((await create(api, WORKER)).status, 429);
  });

  it("refuses download 21 in a minute, but no other requests", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER);
    for (let index = 0; index < 20; index += 1) {
      assert.equal((await api.get(`/v1/apps/${id}/download?path=/index.js`)).status, 200);
    }
    const refused = await api.get(`/v1/apps/${id}/download?path=/index.js`);
    assert.deepEqual([refused.status, headers(refused)[0]], [429, 20]);
    assert.equal((await api.get(`/v1/apps/${id}`)).status, 200);
  });

  it("resets the window after a minute", () => {
    const { clock, take } = limitsAt({ requestsPerMinute: 2 });
    assert.deepEqual(take().headers, [2, 1, 60]);
    clock.now = 10_500;
    assert.deepEqual(take().headers, [2, 0, 50]);
    assert.equal(take().refused, true);
    clock.now = 59_999;
    assert.deepEqual(take(), { refused: true, headers: [2, 0, 1] });
    clock.now = 60_000;
    assert.deepEqual(take(), { refused: false, headers: [2, 1, 60] });
  });

  it("only limits downloads if configured", () => {
    const { take } = limitsAt({ requestsPerMinute: 0, writeWindowSeconds: 0 });
    for (let index = 0; index < 1000; index += 1)
      assert.deepEqual(take("create"), { refused: false, headers: [] });
    assert.deepEqual(take("download").headers, [20, 19, 60]);
  });
});
