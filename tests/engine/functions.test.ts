/** The functions that read accounts, apps and teams, called in a real program. */
import { strict as assert } from "node:assert";
import { clientOf, createId, WORKER } from "../emulator/support/client";
import { type Bench, openBench } from "../support/campos-stack";

const teamId = "64a000000000000000000001";

describe("functions", () => {
  let bench: Bench;

  before(async () => {
    bench = await openBench({
      emulator: {
        run: false,
        writeWindowSeconds: 0,
        requestsPerMinute: 0,
        teams: [{ _id: teamId, name: "crew", invites: [invite] }],
      },
      env: { CAMPOSCLOUD_TOKEN_WORK: "emulator-token" },
    });
    const program = [
      'const { CamposApp } = require("pulumi-camposcloud");',
      'const usual = { source: "./app", mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: 256, minReadySeconds: 0 };',
      'new CamposApp("one", usual);',
      'new CamposApp("two-a", { ...usual, appName: "two" });',
      'new CamposApp("two-b", { ...usual, appName: "two" });',
      `new CamposApp("ours", { ...usual, teamId: "${teamId}" });`,
    ];
    bench.stack.write({ "index.js": program.join("\n") });
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    // From here on the program has no resources, so the apps must not belong to the stack.
    await bench.stack.must("state", "delete", "--all", "--force", "--yes");
  });
  after(() => bench.close());

  /** Runs an expression in a program and returns it as a stack output. */
  const evaluate = async (expression: string): Promise<unknown> => {
    bench.stack.write({
      "index.js": `const pulumi = require("@pulumi/pulumi"); const c = require("pulumi-camposcloud"); exports.result = ${expression};`,
    });
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    return (await bench.stack.outputs())["result"];
  };

  const failure = async (expression: string): Promise<string> => {
    bench.stack.write({
      "index.js": `const c = require("pulumi-camposcloud"); exports.result = ${expression};`,
    });
    const run = await bench.stack.preview();
    assert.notEqual(run.code, 0, run.text);
    return run.text;
  };

  it("getAccount returns the account without its sessions", async () => {
    const account = (await evaluate("c.getAccount()")) as Record<string, unknown>;
    assert.equal(typeof account["id"], "string");
    assert.equal(typeof account["name"], "string");
    assert.ok(!("activeSessions" in account));
  });

  it("getApps lists apps and filters them by name and team", async () => {
    const names = (filter: string) =>
      evaluate(`c.getApps(${filter}).then((apps) => apps.map((a) => a.name).sort())`);
    assert.deepEqual(await names(""), ["one", "two", "two"]);
    assert.deepEqual(await names('{ name: "two" }'), ["two", "two"]);
    assert.deepEqual(await names(`{ teamId: "${teamId}" }`), ["ours"]);
    assert.deepEqual(await names('{ account: "work", name: "one" }'), ["one"]);
  });

  it("getApps reads every page, and getApp finds an app on the last one", async () => {
    const api = clientOf(bench.emulator);
    const ids = [];
    // More than two pages of the size that the provider requests.
    for (let at = 0; at < 200; at++) ids.push(await createId(api, WORKER, { appName: `many-${at % 100}` }));
    ids.push(await createId(api, WORKER, { appName: "the-last", memoryMB: "300" }));
    try {
      const all = await evaluate("c.getApps().then((apps) => apps.length)");
      assert.equal(all, 201 + 3);
      const [first] = ids;
      assert.equal(await evaluate('c.getApp({ name: "the-last" }).then((a) => a.allocatedMemoryMB)'), 300);
      assert.match(await failure('c.getApp({ name: "many-0" })'), new RegExp(`There are 2 .*${first}`));
    } finally {
      for (const id of ids) await api.delete(`/v1/apps/${id}/delete`);
    }
  });

  it("getApp finds one app by name or id", async () => {
    const byName = (await evaluate('c.getApp({ name: "one" })')) as Record<string, unknown>;
    assert.equal(byName["allocatedMemoryMB"], 256);
    assert.equal(byName["online"], true);
    assert.ok(!("environmentVariables" in byName));
    const byId = await evaluate(`c.getAppOutput({ id: pulumi.output("${byName["id"]}") }).name`);
    assert.equal(byId, "one");
  });

  it("getApp fails for no match and for several", async () => {
    assert.match(
      await failure('c.getApp({ name: "nobody" })'),
      /There is no CamposCloud app named "nobody" in this account/,
    );
    assert.match(
      await failure('c.getApp({ name: "two" })'),
      /There are 2 CamposCloud apps named "two" .*Ask for one by its id/,
    );
    assert.match(
      await failure('c.getApp({ id: "64a0000000000000000000ff" })'),
      /Could not read the app .*404/,
    );
    assert.match(await failure('c.getApp({ id: "" })'), /getApp needs the id; it is empty/);
    assert.match(await failure('c.getApps({ account: "home" })'), /account "home".*CAMPOSCLOUD_TOKEN_HOME/);
  });

  it("getTeams and getTeam return no invite codes and no e-mail addresses", async () => {
    const teams = (await evaluate("c.getTeamsOutput()")) as Record<string, unknown>[];
    assert.equal(teams[0]?.["name"], "crew");
    const team = (await evaluate(`c.getTeam({ id: "${teamId}" })`)) as Record<string, unknown>;
    assert.equal(team["id"], teamId);
    assert.equal(typeof team["ownerId"], "string");
    assert.ok(!JSON.stringify([teams, team]).includes("@"));
    assert.ok(!JSON.stringify([teams, team]).includes(invite.code));
  });
});

const invite = {
  email: "mate@example.org",
  userId: null,
  invitedAt: "2026-01-01T00:00:00.000Z",
  code: "1nv1te-c0de",
  permissions: {},
  _id: "64a000000000000000000002",
  subscriptionEndsAt: null,
};
