/** Owns what update does to the settings: what it keeps, replaces and asks a restart for. */
import { strict as assert } from "node:assert";
import { bench, closeAll, createId, settings, WORKER } from "./support/client";

type Variable = { key: string; value: string; _id: string };
const pairs = (list: Variable[]) => list.map(({ key, value }) => [key, value]);

describe("emulator: update", () => {
  afterEach(closeAll);

  for (const [what, change] of Object.entries({
    memory: { memoryMB: 300 },
    "the command": { startupCommand: "node other.js" },
    "the runtime": { runtimeEnvironment: "python" },
    "the variables": { environmentVariables: [{ key: "A", value: "2" }] },
    "the web switch": { exposedViaWeb: true },
  })) {
    it(`requires a restart after a change of ${what} until one happens`, async () => {
      const { api } = await bench({ run: false });
      const id = await createId(api, WORKER);
      const updated = await api.post(`/v1/apps/${id}/update`, settings(change));
      assert.deepEqual([updated.status, updated.data.restartRequired], [200, true]);
      const again = await api.post(`/v1/apps/${id}/update`, settings(change));
      assert.equal(again.data.restartRequired, true);
      assert.equal((await api.post(`/v1/apps/${id}/restart`)).data.restartRequired, false);
    });
  }

  it("requires none after a change of the name or the restart policy, or without a change", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER);
    const changes = settings({
      appName: "other",
      autoRestartEnabled: true,
      runtimeEnvironment: null,
      exposedViaWeb: false,
    });
    const { data } = await api.post(`/v1/apps/${id}/update`, changes);
    assert.deepEqual([data.name, data.autoRestartEnabled, data.restartRequired], ["other", true, false]);
  });

  it("requires no restart any more once a stopped app is started", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER);
    await api.post(`/v1/apps/${id}/stop`);
    assert.equal(
      (await api.post(`/v1/apps/${id}/update`, settings({ memoryMB: 300 }))).data.restartRequired,
      true,
    );
    assert.equal((await api.post(`/v1/apps/${id}/start`)).data.restartRequired, false);
  });

  it("replaces all variables, keeps them if absent, and keeps the ids of unchanged ones", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER, {
      environmentVariables: '[{"key":"A","value":"1"},{"key":"B","value":"2"}]',
    });
    const before: Variable[] = (await api.get(`/v1/apps/${id}`)).data.environmentVariables;
    const kept = await api.post(`/v1/apps/${id}/update`, settings());
    assert.deepEqual(kept.data.environmentVariables, before);
    const environmentVariables = [{ key: "B", value: "3" }];
    const replaced: Variable[] = (await api.post(`/v1/apps/${id}/update`, settings({ environmentVariables })))
      .data.environmentVariables;
    assert.deepEqual(pairs(replaced), [["B", "3"]]);
    assert.equal(replaced[0]?._id, before[1]?._id);
    const cleared = await api.post(`/v1/apps/${id}/update`, settings({ environmentVariables: [] }));
    assert.deepEqual(cleared.data.environmentVariables, []);
  });

  it("merges variables with the corresponding variant", async () => {
    const { api } = await bench({ run: false, variants: { environmentUpdate: "merge" } });
    const id = await createId(api, WORKER, {
      environmentVariables: '[{"key":"A","value":"1"},{"key":"B","value":"2"}]',
    });
    const environmentVariables = [{ key: "B", value: "3" }];
    const { data } = await api.post(`/v1/apps/${id}/update`, settings({ environmentVariables }));
    assert.deepEqual(pairs(data.environmentVariables), [
      ["A", "1"],
      ["B", "3"],
    ]);
  });

  it("keeps the command if it is absent, null or empty", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER, { startupCommand: "node --trace-warnings index.js" });
    for (const startupCommand of [undefined, null, ""]) {
      const { data } = await api.post(`/v1/apps/${id}/update`, settings({ startupCommand }));
      assert.equal(data.startupCommand, "node --trace-warnings index.js");
    }
  });

  it("derives a derived command again for a new runtime, even if a client sent it back", async () => {
    const { api } = await bench({ run: false });
    const id = await createId(api, WORKER);
    const { data } = await api.post(
      `/v1/apps/${id}/update`,
      settings({ startupCommand: "node index.js", runtimeEnvironment: "python" }),
    );
    assert.equal(data.startupCommand, "python -u index.js");
  });
});
