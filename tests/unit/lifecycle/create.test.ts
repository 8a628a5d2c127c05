/** The create with every failure and a kill at every moment, with a scripted account. */
import { strict as assert } from "node:assert";
import { type Created, create } from "../../../provider/lifecycle/create";
import { IncompleteError } from "../../../provider/lifecycle/failures";
import { OwnershipRegistry } from "../../../provider/lifecycle/ownership-registry";
import type { CheckedInputs } from "../../../provider/lifecycle/state";
import { type Fate, inputsOf, type ProcessOptions, ScriptedAccount } from "./support/scripted-account";

function run(account: ScriptedAccount, inputs: CheckedInputs, process?: ProcessOptions): Promise<Created> {
  return account.run(create(account.options(inputs, process)));
}

async function incomplete(created: Promise<Created>): Promise<IncompleteError> {
  const error: unknown = await created.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof IncompleteError, String(error));
  return error;
}

/** The calls of a create that ends well. */
const usual = ["teams", "list", "create"];

describe("create", () => {
  let account: ScriptedAccount;

  beforeEach(() => {
    account = new ScriptedAccount();
  });

  it("creates the app with a marker and removes it before it is complete", async () => {
    const marks: string[][] = [];
    account.fate = (call) => {
      if (call.startsWith("get")) marks.push(account.marked());
      return undefined;
    };
    const { id, state } = await run(account, inputsOf());
    assert.equal(id, "app1");
    assert.deepEqual(account.calls.slice(0, 3), usual);
    assert.equal(account.calls.at(-1), "files- app1 /.pulumi-camposcloud");
    assert.ok(marks.length > 0 && marks.every((ids) => ids.join() === "app1"));
    assert.deepEqual(account.marked(), []);
    assert.deepEqual(state.deployment.pending, []);
    assert.equal(state.deployment.version, 2);
  });

  it("sends one start to learn a web app's address, even if no response contains it", async () => {
    for (const healthCheck of [undefined, { enabled: false }]) {
      account = new ScriptedAccount();
      const { state } = await run(account, inputsOf({ exposedViaWeb: true, healthCheck }));
      assert.equal(state.url, undefined);
      assert.equal(account.calls.filter((call) => call.startsWith("start")).length, 1);
    }
  });

  it("lists the account once for all creates of a process, and checks each candidate once", async () => {
    account.add({ id: "other", name: "web" });
    account.add({ id: "old", name: "else", createdAt: "1970-01-01T00:00:00.000Z" });
    for (let at = 0; at < 80; at++) account.add({ id: `young${at}`, name: `young${at}` });
    account.clock.advance(0);
    const registry = new OwnershipRegistry();
    const names = Array.from({ length: 10 }, (_, at) => `web${at}`);
    await account.run(
      Promise.all(
        names.map((appName) =>
          create(account.options(inputsOf({ appName, urnHash: `urn ${appName}` }), { registry })),
        ),
      ),
    );
    const count = (start: string) => account.calls.filter((call) => call.startsWith(start)).length;
    assert.equal(count("teams"), 1);
    assert.equal(count("create"), 10);
    assert.equal(
      account.calls.slice(0, account.calls.indexOf("create")).filter((call) => call === "list").length,
      1,
    );
    assert.equal(count("look"), 50);
    assert.equal(count("look old"), 0);
  });

  it("does not fail if the marker cannot be removed, and leaves that to the next update", async () => {
    account.fate = (call) => (call.startsWith("files-") ? { fails: "before", kind: "server" } : undefined);
    const { state } = await run(account, inputsOf());
    assert.deepEqual(state.deployment.pending, ["marker"]);
    assert.deepEqual(account.marked(), ["app1"]);
  });

  it("removes the marker of an app that does not come online, too", async () => {
    account.online = false;
    const end = new AbortController();
    const created = create(account.options(inputsOf(), { signal: end.signal }));
    const failed = incomplete(created);
    await account.clock.advance(60_000);
    end.abort(new Error("Time is over."));
    const error = await account.run(failed);
    assert.equal(error.id, "app1");
    assert.deepEqual(error.state.deployment.pending, ["wait"]);
    assert.deepEqual(account.marked(), []);
  });

  it("leaves the marker pending if it cannot be removed at the end of a failed create", async () => {
    account.online = false;
    account.fate = (call) => (call.startsWith("files-") ? { fails: "before", kind: "server" } : undefined);
    const end = new AbortController();
    const failed = incomplete(create(account.options(inputsOf(), { signal: end.signal })));
    await account.clock.advance(60_000);
    end.abort(new Error("Time is over."));
    assert.deepEqual((await account.run(failed)).state.deployment.pending, ["marker", "wait"]);
  });

  it("completes the app of a create that failed if it is called again", async () => {
    const registry = new OwnershipRegistry();
    account.online = false;
    for (let attempt = 1; attempt <= 2; attempt++) {
      const end = new AbortController();
      const failed = incomplete(create(account.options(inputsOf(), { registry, signal: end.signal })));
      await account.clock.advance(60_000);
      end.abort(new Error("Time is over."));
      const { id, state, message } = await account.run(failed);
      assert.equal(id, "app1", message);
      assert.deepEqual(state.deployment.pending, ["wait"]);
    }
    account.online = true;
    const { id, state } = await run(account, inputsOf(), { registry });
    assert.equal(id, "app1");
    assert.deepEqual(state.deployment.pending, []);
    assert.deepEqual([...account.apps.keys()], ["app1"]);
  });

  it("finds the app of a create whose response was lost if it is called again", async () => {
    const registry = new OwnershipRegistry();
    account.fate = (call) => {
      if (call === "create") return { fails: "after", kind: "lost" };
      return account.calls.includes("create") ? { fails: "before", kind: "unreachable" } : undefined;
    };
    await assert.rejects(run(account, inputsOf(), { registry }), /scripted: lost/);
    account.fate = (call) => (call.startsWith("get") ? { fails: "before", kind: "server" } : undefined);
    await assert.rejects(run(account, inputsOf(), { registry }), /scripted: server/);
    account.fate = () => undefined;
    assert.equal((await run(account, inputsOf(), { registry })).id, "app1");
    assert.deepEqual([...account.apps.keys()], ["app1"]);
    assert.deepEqual(account.marked(), []);
  });

  for (const fate of ["killed before", "killed after"] as const) {
    it(`has one app after a kill at any request (${fate}), whatever was changed before the next run`, async () => {
      await run(account, inputsOf());
      const calls = account.calls.length;
      assert.ok(calls >= 5);
      const changes: Partial<CheckedInputs>[] = [
        {},
        { appName: "renamed" },
        { mainFile: "other.js" },
        { sourceHash: "h2" },
        { memoryMB: 512, allocatedMemoryMB: 512 },
      ];
      for (const change of changes) {
        for (let at = 1; at <= calls; at++) {
          const fresh = new ScriptedAccount();
          fresh.fate = () => (fresh.calls.length === at ? fate : undefined);
          create(fresh.options(inputsOf())).catch(() => undefined);
          await fresh.clock.advance(120_000);
          // The last call removes the marker, after which nothing identifies the app.
          if (fate === "killed after" && at === calls) continue;
          fresh.fate = () => undefined;
          const inputs = inputsOf(change);
          const { id, state } = await run(fresh, inputs);
          const label = `call ${at}, ${JSON.stringify(change)}`;
          assert.deepEqual([...fresh.apps.keys()], [id], label);
          const app = fresh.apps.get(id);
          assert.equal(app?.mainFile, inputs.mainFile, label);
          assert.equal(app?.name, inputs.appName, label);
          assert.equal(app?.allocatedMemoryMB, inputs.memoryMB, label);
          assert.deepEqual(app?.files, { [inputs.mainFile]: inputs.sourceHash }, label);
          assert.deepEqual(state.deployment.pending, [], label);
        }
      }
    });
  }

  const losses: [string, Fate][] = [
    ["was lost before it took effect", { fails: "before", kind: "lost" }],
    ["was lost after it took effect", { fails: "after", kind: "lost" }],
    ["was a 500 after it took effect", { fails: "after", kind: "server" }],
  ];
  for (const [what, fate] of losses) {
    it(`creates one app if the response ${what}`, async () => {
      account.add({ id: "other", name: "web" });
      let creates = 0;
      account.fate = (call) => (call === "create" && ++creates === 1 ? fate : undefined);
      const { id } = await run(account, inputsOf());
      assert.deepEqual([...account.apps.keys()].sort(), [id, "other"].sort());
      assert.deepEqual(account.marked(), []);
    });
  }

  it("finds an app that is only listed after almost a minute", async () => {
    let creates = 0;
    account.fate = (call) =>
      call === "create" && ++creates === 1 ? { fails: "before", kind: "lost" } : undefined;
    const created = create(account.options(inputsOf()));
    await account.clock.advance(20_000);
    account.interrupted(inputsOf(), { id: "late" });
    assert.equal((await account.run(created)).id, "late");
    assert.equal(creates, 1);
  });

  it("sends no create once the engine is gone, and then leaves the marker", async () => {
    account.engineGone = () => true;
    await assert.rejects(run(account, inputsOf()), /Nothing was created/);
    assert.deepEqual([...account.apps.keys()], []);
    account.engineGone = () => account.apps.size > 0;
    await run(account, inputsOf());
    assert.deepEqual(account.marked(), ["app1"]);
  });

  it("restores the marker if the engine exits while it is being removed", async () => {
    account.engineGone = () => account.calls.some((call) => call.startsWith("files-"));
    await run(account, inputsOf());
    assert.deepEqual(account.marked(), ["app1"]);
    account.engineGone = () => false;
    assert.equal((await run(account, inputsOf())).id, "app1");
    assert.equal(account.apps.size, 1);
  });

  it("adopts an app and removes its marker", async () => {
    account.interrupted(inputsOf({ urnHash: "other" }), { id: "theirs" });
    const { id, state } = await run(account, inputsOf({ adopt: "theirs" }));
    assert.equal(id, "theirs");
    assert.equal(state.mainFile, "index.js");
    assert.deepEqual(account.marked(), []);
  });

  it("ignores adopt for a replacement", async () => {
    account.add({ id: "theirs" });
    const { id } = await run(account, inputsOf({ adopt: "theirs" }), { replacement: true });
    assert.equal(id, "app1");
    assert.equal(account.apps.size, 2);
  });

  it("refuses to adopt an app for two resources, or one in the state", async () => {
    account.add({ id: "theirs" });
    const registry = new OwnershipRegistry();
    await run(account, inputsOf({ adopt: "theirs" }), { registry });
    await assert.rejects(
      run(account, inputsOf({ adopt: "theirs", urnHash: "second" }), { registry }),
      /Could not adopt the app theirs: another resource/,
    );
    const next = new OwnershipRegistry();
    next.compared("theirs", "urn-of-web", false);
    await assert.rejects(
      run(account, inputsOf({ adopt: "theirs", urnHash: "second" }), { registry: next }),
      /another resource of this stack already manages it/,
    );
  });

  it("refuses to adopt an app whose command runs another file, unless a command is given", async () => {
    account.add({ id: "theirs", startupCommand: "npm start" });
    await assert.rejects(
      run(account, inputsOf({ adopt: "theirs" })),
      /its command is "npm start", which does not run the mainFile "index\.js".*startupCommand/,
    );
    assert.deepEqual(account.calls, ["get theirs"]);
    const { state } = await run(account, inputsOf({ adopt: "theirs", startupCommand: "npm start" }));
    assert.equal(state.startupCommand, "npm start");
  });
});
