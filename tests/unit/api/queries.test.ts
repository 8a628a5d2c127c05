/** The functions, with a scripted API. */
import { strict as assert } from "node:assert";
import { type App, appOf } from "../../../provider/api/app";
import { type QueryContext, queries } from "../../../provider/api/queries";

function app(id: string, fields: object = {}): App {
  const made = appOf({ _id: id, name: `app-${id}`, ...fields });
  assert.ok(made);
  return made;
}

const variables = [{ key: "TOKEN", value: "secret" }];
const apps = [
  app("1", { environmentVariables: variables, assignedSubdomain: "one" }),
  app("2", { name: "twin" }),
  app("3", { name: "twin", currentResourceMetrics: { online: true } }),
];

function context(token = "key"): { asked: (string | undefined)[] } & QueryContext {
  const asked: (string | undefined)[] = [];
  const client = {
    listApps: async (query: { teamId?: string } = {}) => {
      asked.push(query.teamId);
      return { apps, hasNextPage: false };
    },
    getApp: async (id: string) => apps.find((each) => each.id === id) ?? app(id),
    getUser: async () => ({ id: "me" }),
    listTeams: async () => [],
    getTeam: async (id: string) => ({ id, members: [] }),
  };
  const settings = { appUrl: "https://{subdomain}.test", baseUrl: "http://api.test", token };
  return { asked, client, settings };
}

describe("the functions", () => {
  it("return an app's fields, its URL and whether it is running, but no variables", async () => {
    const [one, , three] = await queries.getApps(context(), {});
    assert.deepEqual(one, {
      id: "1",
      name: "app-1",
      assignedSubdomain: "one",
      online: false,
      url: "https://one.test",
    });
    assert.equal(three?.online, true);
  });

  it("list once for all simultaneous calls, by account and team", async () => {
    const mine = context("mine");
    const other = context("other");
    const found = await Promise.all([
      queries.getApp(mine, { name: "app-1" }),
      queries.getApps(mine, { name: "twin" }),
      queries.getApps(mine, {}),
      queries.getApps(mine, { teamId: "crew" }),
      queries.getApps(other, {}),
    ]);
    assert.equal(found[0].id, "1");
    assert.deepEqual(
      found.slice(1).map((each) => (each as unknown[]).length),
      [2, 3, 3, 3],
    );
    assert.deepEqual(mine.asked, [undefined, "crew"]);
    assert.deepEqual(other.asked, [undefined]);
    await queries.getApps(mine, {});
    assert.equal(mine.asked.length, 3);
  });

  it("read an app by its id without a listing", async () => {
    const asking = context();
    assert.equal((await queries.getApp(asking, { id: "2" })).name, "twin");
    assert.deepEqual(asking.asked, []);
  });

  it("reject invalid queries", async () => {
    for (const [query, message] of [
      [{ name: "none" }, /There is no CamposCloud app named "none" in this account/],
      [
        { name: "twin" },
        /There are 2 CamposCloud apps named "twin" in this account \(2, 3\)\. Ask for one by its id/,
      ],
      [{ name: "none", teamId: "crew" }, /in the team crew/],
      [{ name: " " }, /getApp needs the name or an id; it is empty/],
      [{ id: "" }, /getApp needs the id; it is empty/],
    ] as const) {
      await assert.rejects(queries.getApp(context(), query), message);
    }
    assert.throws(() => queries.getTeam(context(), { id: "" }), /getTeam needs the id/);
  });
});
