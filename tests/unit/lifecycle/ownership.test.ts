/** Which apps a create may take over, which deletes are refused, and the content of the marker. */
import { strict as assert } from "node:assert";
import { runsFile } from "../../../provider/lifecycle/adoption";
import { create } from "../../../provider/lifecycle/create";
import { deleteApp } from "../../../provider/lifecycle/delete";
import { markerFile, parseMarker } from "../../../provider/lifecycle/marker";
import { OwnershipRegistry } from "../../../provider/lifecycle/ownership-registry";
import { planSteps } from "../../../provider/lifecycle/plan";
import { inputsOf, marker, ScriptedAccount } from "./support/scripted-account";

describe("ownership", () => {
  let account: ScriptedAccount;
  const made = async (...parameters: Parameters<ScriptedAccount["options"]>) =>
    (await account.run(create(account.options(...parameters)))).id;

  beforeEach(() => {
    account = new ScriptedAccount();
  });

  it("takes over no app without a marker, or with one of version 0.1.0 or of another URN", async () => {
    const text = (value: unknown) => ({ "index.js": "h1", [marker]: JSON.stringify(value) });
    account.add({ id: "bare", files: { "index.js": "h1" } });
    account.add({ id: "old", files: text({ urn: "urn-of-web", source: "h1" }) });
    account.add({ id: "other", files: text({ version: 2, urn: "o", mainFile: "index.js", source: "h1" }) });
    account.add({ id: "broken", files: { [marker]: "{" } });
    assert.equal(await made(inputsOf()), "app1");
    assert.equal(account.apps.size, 5);
  });

  it("deletes an app with another main file or team, with a warning, and creates a new one", async () => {
    account.teams.push("t1");
    account.interrupted(inputsOf({ mainFile: "a.js" }), { id: "a" });
    account.interrupted(inputsOf({ teamId: "t1" }), { id: "t" });
    assert.equal(await made(inputsOf()), "app1");
    assert.deepEqual([...account.apps.keys()], ["app1"]);
    assert.match(
      account.warnings.join("\n"),
      /Deleting the app a, .* with the main file a\.js; a new one is created instead/,
    );
    assert.match(account.warnings.join("\n"), /Deleting the app t, .* for another team/);
  });

  it("never takes over the app in the state for a replacement, even if it still has a marker", async () => {
    account.interrupted(inputsOf(), { id: "living" });
    assert.equal(await made(inputsOf(), { replacement: true }), "app1");
    account.interrupted(inputsOf(), { id: "replacement", replacement: true });
    assert.equal(await made(inputsOf(), { replacement: true }), "replacement");
    assert.ok(account.apps.has("living"));
  });

  it("never takes over an app that a resource in this process has", async () => {
    const registry = new OwnershipRegistry();
    account.interrupted(inputsOf(), { id: "living" });
    registry.compared("living", "urn-of-web", false);
    assert.equal(await made(inputsOf(), { registry }), "app1");
  });

  it("updates the app that it finds, and removes stale files", async () => {
    const files = { "index.js": "h0", "gone.js": "h0" };
    const before = inputsOf({ sourceHash: "h0", sourceFiles: files });
    account.interrupted(before, { id: "left", files: { ...files, ...markerFile(before, false) } });
    assert.equal(await made(inputsOf()), "left");
    assert.deepEqual(account.apps.get("left")?.files, { "index.js": "h1" });
  });

  it("ignores other apps that cannot be read, except for one with the wanted name", async () => {
    account.add({ id: "other", name: "else" });
    account.fate = (call) => (call.startsWith("look") ? { fails: "before", kind: "server" } : undefined);
    assert.equal(await made(inputsOf()), "app1");
    account.add({ id: "namesake", name: "api" });
    await assert.rejects(made(inputsOf({ appName: "api", urnHash: "api" })), /scripted: server/);
  });

  it("works without teams if they cannot be listed", async () => {
    account.fate = (call) => (call === "teams" ? { fails: "before", kind: "forbidden" } : undefined);
    assert.equal(await made(inputsOf()), "app1");
  });

  it("searches again if the create whose search was shared is canceled", async () => {
    const registry = new OwnershipRegistry();
    const stop = new AbortController();
    let first = true;
    account.fate = (call) => {
      if (call !== "teams" || !first) return undefined;
      first = false;
      stop.abort(new Error("canceled"));
      return { fails: "before", kind: "lost" };
    };
    const canceled = create(
      account.options(inputsOf({ urnHash: "a", appName: "a" }), { registry, signal: stop.signal }),
    );
    canceled.catch(() => undefined);
    assert.equal(await made(inputsOf(), { registry }), "app1");
    await assert.rejects(canceled);
  });

  it("refuses to delete an app that another resource in the run has", async () => {
    const registry = new OwnershipRegistry();
    const id = await made(inputsOf(), { registry });
    await assert.rejects(
      deleteApp(account.deps(), id, registry),
      /Did not delete the app app1.*pulumi state delete/,
    );
    const next = new OwnershipRegistry();
    next.compared(id, "urn-of-web", false);
    await assert.rejects(deleteApp(account.deps(), id, next), /Did not delete/);
    next.checkedAsNew("urn-of-web");
    await deleteApp(account.deps(), id, next);
    assert.equal(account.apps.size, 0);
    const replaced = new OwnershipRegistry();
    replaced.compared("x", "urn-of-web", false);
    replaced.compared("x", "urn-of-web", true);
    await deleteApp(account.deps(), "x", replaced);
  });

  it("removes a leftover marker with one request and without a restart", () => {
    const steps = planSteps({ change: { kind: "repair" }, inputs: inputsOf(), pending: ["marker"] });
    assert.deepEqual(steps, ["marker"]);
  });

  it("can read the marker that it writes", () => {
    const text = markerFile(inputsOf({ teamId: "t" }), true)[marker];
    const files = ["index.js"];
    const said = {
      urn: "urn-of-web",
      mainFile: "index.js",
      teamId: "t",
      source: "h1",
      files,
      replacement: true,
    };
    assert.deepEqual(parseMarker(text), said);
    const folded = markerFile(inputsOf({ sourceFiles: { "lib/": "d" } }), false)[marker];
    assert.deepEqual(parseMarker(folded)?.files, []);
  });

  it("recognizes whether a command runs a file", () => {
    for (const [command, file] of [
      ["node index.js", "index.js"],
      ["python -u ./bot.py", "bot.py"],
      ["node --enable-source-maps 'dist/main.js'", "dist/main.js"],
      ["python -u /app/index.py", "index.py"],
      ["python -m bot.main", "bot/main.py"],
      ["npm ci && node server.js", "server.js"],
    ] as const) {
      assert.ok(runsFile(command, file), command);
    }
    for (const [command, file] of [
      ["npm start", "index.js"],
      ["node b.js", "a.js"],
      ["node lib/a.js", "a.js"],
      ["node a.js.map", "a.js"],
    ] as const) {
      assert.ok(!runsFile(command, file), command);
    }
  });
});
