/** What a refresh and an import derive from the API's responses: drift, deleted apps, and what must not be a change. */
import { strict as assert } from "node:assert";
import type { ApiErrorKind } from "../../../provider/api/errors";
import { importedInputs } from "../../../provider/lifecycle/adoption";
import { create } from "../../../provider/lifecycle/create";
import { RefusedError } from "../../../provider/lifecycle/failures";
import { type ReadResult, read } from "../../../provider/lifecycle/read";
import type { CheckedInputs, SavedState } from "../../../provider/lifecycle/state";
import { inputsOf, type RemoteApp, ScriptedAccount } from "./support/scripted-account";

describe("read", () => {
  let account: ScriptedAccount;

  beforeEach(() => {
    account = new ScriptedAccount();
  });

  /** Creates the app `app1` and returns its state. */
  async function deployed(more: Partial<CheckedInputs> = {}): Promise<SavedState> {
    const { state } = await account.run(create(account.options(inputsOf(more))));
    account.calls = [];
    return state;
  }

  async function refreshed(saved: SavedState): Promise<ReadResult> {
    const result = await read({ deps: account.deps(), id: "app1", saved });
    assert.ok(result);
    return result;
  }

  const change = (fields: Partial<RemoteApp>) => Object.assign(account.apps.get("app1") ?? {}, fields);

  it("finds no drift in an unchanged app", async () => {
    const saved = await deployed();
    const { inputs, state } = await refreshed(saved);
    assert.deepEqual(account.calls, ["get app1"]);
    assert.deepEqual(state, saved);
    assert.equal(inputs.memoryMB, 256);
    assert.equal(inputs.startupCommand, undefined);
  });

  const drifted: [what: string, fields: Partial<RemoteApp>, inputs: Partial<CheckedInputs>][] = [
    ["the name", { name: "other" }, { appName: "other", name: "other" }],
    ["the memory", { allocatedMemoryMB: 512 }, { memoryMB: 512, allocatedMemoryMB: 512 }],
    ["the runtime", { runtimeEnvironment: "python" }, { runtimeEnvironment: "python" }],
    ["a switch", { autoRestartEnabled: true }, { autoRestartEnabled: true }],
  ];
  for (const [what, fields, expected] of drifted) {
    it(`reports ${what} when it was changed elsewhere`, async () => {
      const saved = await deployed();
      change(fields);
      const { inputs, state } = await refreshed(saved);
      for (const [name, value] of Object.entries(expected)) {
        assert.equal(inputs[name as keyof CheckedInputs], value);
        assert.equal(state[name as keyof CheckedInputs], value);
      }
      // A second refresh must find the same drift, not accept it as deployed.
      assert.deepEqual((await refreshed(saved)).inputs, inputs);
    });
  }

  it("does not report a value that the API echoes differently from the start", async () => {
    const saved = await deployed({ startupCommand: "npm start" });
    assert.equal(saved.startupCommand, "node index.js");
    assert.equal((await refreshed(saved)).inputs.startupCommand, "npm start");
    change({ startupCommand: "node other.js" });
    assert.equal((await refreshed(saved)).inputs.startupCommand, "node other.js");
  });

  it("reports the power state only when `running` is given", async () => {
    const [managed, unmanaged] = [await deployed({ running: true }), await deployed()];
    account.online = false;
    assert.equal((await refreshed(managed)).inputs.running, false);
    const { inputs, state } = await refreshed(unmanaged);
    assert.equal(inputs.running, undefined);
    assert.equal(state.online, false);
  });

  it("reports changed variables when they are managed, unless the API hides the values", async () => {
    const [managed, unmanaged] = [await deployed({ environmentVariables: { A: "1" } }), await deployed()];
    change({ environmentVariables: { A: "2", B: "3" } });
    assert.deepEqual((await refreshed(managed)).inputs.environmentVariables, { A: "2", B: "3" });
    assert.equal((await refreshed(unmanaged)).inputs.environmentVariables, undefined);
    change({ environmentVariables: { A: "****" } });
    assert.deepEqual((await refreshed(managed)).inputs.environmentVariables, { A: "1" });
  });

  it("keeps the measurement, the pending steps and the file list of the last deployment", async () => {
    const saved = await deployed();
    const deployment = { ...saved.deployment, pending: ["wait"], version: undefined };
    const before = { ...saved, deployment, currentResourceMetrics: { uptime: 1 } } as SavedState;
    const { state } = await refreshed(before);
    assert.deepEqual(state.currentResourceMetrics, { uptime: 1 });
    assert.deepEqual(state.deployment, deployment);
  });

  it("drops an app that the API neither returns nor lists", async () => {
    const saved = await deployed();
    account.apps.clear();
    assert.equal(await read({ deps: account.deps(), id: "app1", saved }), undefined);
    assert.deepEqual(account.calls, ["get app1", "list"]);
  });

  it("keeps an app that the API lists although it answered 404", async () => {
    const saved = await deployed();
    account.fate = (call) => (call.startsWith("get") ? { fails: "before", kind: "notFound" } : undefined);
    await assert.rejects(read({ deps: account.deps(), id: "app1", saved }), /does not exist, but lists it/);
  });

  it("drops a missing team app when the team cannot be listed, and fails when the listing fails", async () => {
    const saved = await deployed({ teamId: "t" });
    account.apps.clear();
    const listingFails = (kind: ApiErrorKind) => {
      account.fate = (call) => (call === "list t" ? { fails: "before", kind } : undefined);
      return read({ deps: account.deps(), id: "app1", saved });
    };
    assert.equal(await listingFails("forbidden"), undefined);
    await assert.rejects(listingFails("server"), /scripted: server/);
  });

  it("refuses to import an app that does not exist", async () => {
    const missing = read({ deps: account.deps(), id: "app1", saved: {} });
    await assert.rejects(missing, RefusedError);
    await assert.rejects(missing, /There is no CamposCloud app with the id "app1"/);
  });

  it("imports an app with its settings and team, the file its command runs, and nothing optional", async () => {
    account.add({
      id: "app1",
      teamId: "t",
      startupCommand: "node src/bot.js",
      environmentVariables: { A: "1" },
    });
    const result = await refreshed({});
    const { memoryMB, teamId, environmentVariables, startupCommand } = result.inputs;
    assert.deepEqual([memoryMB, teamId], [256, "t"]);
    assert.deepEqual([environmentVariables, startupCommand], [undefined, undefined]);
    assert.equal(result.state.deployment.version, 2);
    assert.deepEqual(result.state.currentResourceMetrics, { online: true, uptime: 3600 });
    const imported = importedInputs(result, "bot");
    assert.deepEqual([imported.source, imported.mainFile], ["./bot", "src/bot.js"]);
  });
});
