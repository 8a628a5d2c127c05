/** The steps of an update: the request of each, and the state after a failure. */
import { strict as assert } from "node:assert";
import { create } from "../../../provider/lifecycle/create";
import { deleteApp } from "../../../provider/lifecycle/delete";
import { IncompleteError } from "../../../provider/lifecycle/failures";
import { OwnershipRegistry } from "../../../provider/lifecycle/ownership-registry";
import type { AppState, CheckedInputs, SavedState } from "../../../provider/lifecycle/state";
import { update } from "../../../provider/lifecycle/update";
import { apiError, inputsOf, ScriptedAccount } from "./support/scripted-account";

describe("the steps of an update, against an account in memory", () => {
  let account: ScriptedAccount;
  let saved: AppState;

  beforeEach(async () => {
    account = new ScriptedAccount();
    saved = (await account.run(create(account.options(inputsOf())))).state;
    account.calls = [];
  });

  function run(more: Partial<CheckedInputs> = {}, from: SavedState = saved): Promise<AppState> {
    const { registry: _registry, replacement: _replacement, ...options } = account.options(inputsOf(more));
    return account.run(update({ ...options, id: "app1", saved: from }));
  }

  async function failure(updated: Promise<AppState>): Promise<IncompleteError> {
    const error: unknown = await updated.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof IncompleteError, String(error));
    return error;
  }

  const failing = (start: string, when: "before" | "after" = "before") => {
    account.fate = (call) => (call.startsWith(start) ? { fails: when, kind: "server" } : undefined);
  };

  it("sends all settings, and restarts only when the answer asks for it", async () => {
    const sent: unknown[] = [];
    const { updateApp } = account.api;
    const options = account.options(inputsOf({ memoryMB: 512, allocatedMemoryMB: 512 }));
    options.deps.api = {
      ...options.deps.api,
      updateApp: (id: string, fields: Parameters<typeof updateApp>[1]) => {
        sent.push(fields);
        return updateApp(id, fields);
      },
    } as typeof options.deps.api;
    await account.run(update({ ...options, id: "app1", saved }));
    assert.deepEqual(account.calls, ["update app1"]);
    assert.deepEqual(sent, [
      {
        appName: "web",
        memoryMB: 512,
        runtimeEnvironment: "nodejs",
        exposedViaWeb: false,
        autoRestartEnabled: false,
        startupCommand: "node index.js",
        environmentVariables: undefined,
      },
    ]);
  });

  it("leaves failed settings and all later steps pending, and applies them in the next update", async () => {
    failing("update");
    const error = await failure(run({ memoryMB: 512, sourceHash: "h2" }));
    assert.deepEqual(error.state.deployment.pending, ["settings", "upload", "prune", "power"]);
    assert.equal(error.state.memoryMB, 256);
    assert.equal(error.state.sourceHash, "h1");
    account.fate = () => undefined;
    account.calls = [];
    const state = await run({ memoryMB: 512, sourceHash: "h2" }, error.state);
    assert.deepEqual(account.calls.slice(0, 3), ["update app1", "upload app1", "restart app1"]);
    assert.deepEqual(state.deployment.pending, []);
  });

  it("keeps settings that were applied before the upload failed", async () => {
    failing("upload");
    const error = await failure(run({ memoryMB: 512, allocatedMemoryMB: 512, sourceHash: "h2" }));
    assert.equal(error.state.memoryMB, 512);
    assert.equal(error.state.allocatedMemoryMB, 512);
    assert.deepEqual(error.state.deployment.pending, ["upload", "prune", "power"]);
  });

  it("stores no source hash, but all paths, after an upload whose effect is unknown", async () => {
    failing("upload", "after");
    const before = { ...saved, deployment: { ...saved.deployment, files: "old.js" } };
    const error = await failure(run({ sourceHash: "h2" }, before));
    assert.equal(error.state.sourceHash, undefined);
    assert.deepEqual(error.state.deployment.files.split(","), ["old.js", "index.js"]);
  });

  it("accepts a deletion that failed for a file that is gone, and refuses one for a file that is still there", async () => {
    const stale = { ...saved, deployment: { ...saved.deployment, files: "index.js,old.js" } };
    const options = account.options(inputsOf({ sourceHash: "h2" }));
    options.deps.api = { ...options.deps.api, deleteFiles: async () => ["/old.js"] };
    const gone = await account.run(update({ ...options, id: "app1", saved: stale }));
    assert.equal(gone.deployment.files, "index.js");
    Object.assign(account.apps.get("app1")?.files ?? {}, { "old.js": "x" });
    const error = await failure(account.run(update({ ...options, id: "app1", saved: stale })));
    assert.match(error.message, /could not delete \/old\.js of the previous deployment/);
    assert.deepEqual(error.state.deployment.pending, ["prune", "power"]);
  });

  it("checks a bounded number of paths after a deletion that failed for many", async () => {
    const failed = Array.from({ length: 100 }, (_, at) => `/old${at}.js`);
    const files = failed.map((path) => path.slice(1)).join(",");
    const options = account.options(inputsOf({ sourceHash: "h2" }));
    options.deps.api = { ...options.deps.api, deleteFiles: async () => failed };
    await account.run(
      update({ ...options, id: "app1", saved: { ...saved, deployment: { ...saved.deployment, files } } }),
    );
    assert.equal(account.calls.filter((call) => call.startsWith("look")).length, 20);
  });

  it("deletes the marker file of version 0.1.0 with the next upload", async () => {
    const { version: _version, ...deployment } = saved.deployment;
    const state = await run({ sourceHash: "h2" }, { ...saved, deployment });
    assert.ok(account.calls.includes("files- app1 /.pulumi-camposcloud"), account.calls.join());
    assert.equal(state.deployment.version, 2);
  });

  it("removes a pending marker with one call and does not touch the app", async () => {
    const marked = { ...saved, deployment: { ...saved.deployment, pending: ["marker" as const] } };
    const state = await run({}, marked);
    assert.deepEqual(account.calls, ["files- app1 /.pulumi-camposcloud"]);
    assert.deepEqual(state.deployment.pending, []);
  });

  it("stops the app, and succeeds although the API goes on showing it as online", async () => {
    const state = await run({ running: false });
    assert.deepEqual(account.calls.slice(0, 2), ["get app1", "stop app1"]);
    assert.equal(state.running, false);
  });
});

describe("delete", () => {
  const deps = (account: ScriptedAccount) => account.deps();

  it("succeeds for an app that is already gone, and fails for any other reason", async () => {
    const account = new ScriptedAccount();
    await deleteApp(deps(account), "app1", new OwnershipRegistry());
    account.fate = () => ({ fails: "before", kind: "forbidden" });
    await assert.rejects(deleteApp(deps(account), "app1", new OwnershipRegistry()), apiError("forbidden"));
  });
});
