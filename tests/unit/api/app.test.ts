import { strict as assert } from "node:assert";
import { appOf, appPageOf, dashboardUrlOf, mergeApps } from "../../../provider/api/app";

describe("app", () => {
  it("is undefined for anything without an id", () => {
    for (const body of [undefined, null, [], "x", {}, { _id: "" }, { _id: 7 }, { application: {} }]) {
      assert.equal(appOf(body), undefined);
    }
  });

  it("reduces a team in any form to its id", () => {
    assert.equal(appOf({ _id: "a", teamId: "t" })?.teamId, "t");
    assert.equal(appOf({ _id: "a", teamId: null })?.teamId, undefined);
    assert.equal(appOf({ _id: "a" })?.teamId, undefined);
    const team = { _id: "t", invites: [{ email: "x@example.org", code: "c0de" }] };
    assert.equal(appOf({ _id: "a", teamId: team })?.teamId, "t");
    assert.ok(!JSON.stringify(appOf({ _id: "a", teamId: team })).includes("c0de"));
  });

  it("ignores unknown fields and values of another type", () => {
    const app = appOf({ _id: "a", name: 5, allocatedMemoryMB: "256", exposedViaWeb: "yes", shiny: true });
    assert.deepEqual(app, { id: "a", name: undefined, allocatedMemoryMB: 256, exposedViaWeb: undefined });
  });

  it("reads variables as a map", () => {
    const variables = [{ key: "A", value: "1", _id: "x" }, { key: "B" }, "junk"];
    assert.deepEqual(appOf({ _id: "a", environmentVariables: variables })?.environmentVariables, { A: "1" });
  });

  it("accepts an app wrapped in an object", () =>
    assert.equal(appOf({ application: { _id: "a" } })?.id, "a"));

  it("keeps what a response does not contain, and clears what is null", () => {
    const first = appOf({ _id: "a", name: "n", assignedSubdomain: "s" });
    const second = appOf({ _id: "a", assignedSubdomain: null });
    assert.ok(first && second);
    assert.deepEqual(mergeApps(first, second), { id: "a", name: "n", assignedSubdomain: undefined });
  });

  const pagination = { hasNextPage: true };
  for (const [what, body, next] of [
    ["a bare array", [{ _id: "a" }, { _id: "b" }], false],
    ["totals at the top", { applications: [{ _id: "a" }, { _id: "b" }], pagination }, true],
    ["totals in the items", { applications: [{ _id: "a", pagination }, { _id: "b" }] }, true],
  ] as const) {
    it(`reads a list that is ${what}`, () => {
      const page = appPageOf(body);
      assert.deepEqual(
        page?.apps.map(({ id }) => id),
        ["a", "b"],
      );
      assert.equal(page?.hasNextPage, next);
    });
  }

  it("accepts nothing else as a list", () => assert.equal(appPageOf({ error: "x" }), undefined));

  it("only has a page in the emulator if the response came from it", () => {
    assert.equal(
      appOf({ _id: "a/1" }, "http://127.0.0.1:7070/dashboard")?.dashboardUrl,
      "http://127.0.0.1:7070/dashboard/a%2F1",
    );
    assert.ok(!("dashboardUrl" in (appOf({ _id: "a1", dashboardUrl: "http://elsewhere/" }) ?? {})));
    assert.equal(dashboardUrlOf({ id: "a1" }), "https://www.camposcloud.com/dashboard/applications/a1");
  });
});
