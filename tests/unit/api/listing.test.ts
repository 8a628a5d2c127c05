/** Reading all pages of a listing. */
import { strict as assert } from "node:assert";
import { type App, appOf } from "../../../provider/api/app";
import type { ListQuery } from "../../../provider/api/client";
import { allApps } from "../../../provider/api/listing";

function app(id: string): App {
  const made = appOf({ _id: id, name: `app-${id}` });
  assert.ok(made);
  return made;
}

/** An API with these pages that records requests. */
function pages(...ids: string[][]) {
  const asked: ListQuery[] = [];
  const listApps = async (query: ListQuery = {}) => {
    asked.push(query);
    const at = Math.min(query.page ?? 1, ids.length) - 1;
    return { apps: (ids[at] ?? []).map(app), hasNextPage: at < ids.length - 1 };
  };
  return { listApps, asked };
}

const idsOf = (apps: readonly App[]) => apps.map(({ id }) => id);

describe("all apps", () => {
  it("are those of every page, in order", async () => {
    const api = pages(["1", "2"], ["3", "4"], ["5"]);
    assert.deepEqual(idsOf(await allApps(api, "crew")), ["1", "2", "3", "4", "5"]);
    assert.deepEqual(
      api.asked,
      [1, 2, 3].map((page) => ({ teamId: "crew", page })),
    );
  });

  it("are returned once each, even if one moves to the next page in between", async () => {
    assert.deepEqual(idsOf(await allApps(pages(["1", "2"], ["2", "3"]))), ["1", "2", "3"]);
  });

  it("end with an empty page, even if it announces another one", async () => {
    const api = pages(["1"], [], ["2"]);
    assert.deepEqual(idsOf(await allApps(api)), ["1"]);
    assert.equal(api.asked.length, 2);
  });

  it("end if the API ignores the page number", async () => {
    let calls = 0;
    const listApps = async () => {
      calls++;
      return { apps: ["1", "2"].map(app), hasNextPage: true };
    };
    assert.deepEqual(idsOf(await allApps({ listApps })), ["1", "2"]);
    assert.equal(calls, 2);
  });
});
