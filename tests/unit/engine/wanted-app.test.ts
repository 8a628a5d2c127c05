/** Which app an import, a `get` and a refresh with the native plugin mean. */
import { strict as assert } from "node:assert";
import { wantedApp } from "../../../provider/engine/native/wanted-app";

const id = "64f0c2d3e4b5a69788000123";

describe("the app that the engine wants to read", () => {
  it("is one of the default account by its id", () => {
    assert.deepEqual(wantedApp(id, {}, {}), { id, values: {} });
  });

  it("is one of another account by the account's name and its id", () => {
    assert.deepEqual(wantedApp(`work/${id}`, {}, {}), { id, values: { account: "work" } });
  });

  it("is in the account of the given inputs", () => {
    assert.deepEqual(wantedApp(id, {}, { account: "work" }), { id, values: { account: "work" } });
  });

  it("stays in the account of the state", () => {
    const olds = { account: "work", name: "web" };
    assert.deepEqual(wantedApp(id, olds, { account: "other" }), { id, values: olds });
  });
});
