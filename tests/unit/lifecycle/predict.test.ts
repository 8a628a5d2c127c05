/** Which outputs the native plugin's preview knows: kept, predicted from the inputs, none, or unknown. */
import { strict as assert } from "node:assert";
import { create } from "../../../provider/lifecycle/create";
import { predictCreate, predictUpdate } from "../../../provider/lifecycle/predict";
import type { CheckedInputs, SavedState } from "../../../provider/lifecycle/state";
import { unknownValue } from "../../../provider/lifecycle/values";
import { inputsOf, ScriptedAccount } from "./support/scripted-account";

describe("the outputs in a preview", () => {
  let saved: SavedState;

  before(async () => {
    const account = new ScriptedAccount();
    const { state } = await account.run(create(account.options(inputsOf({ exposedViaWeb: true }))));
    const more = { url: "https://web.test", assignedSubdomain: "web", containerId: "c1", createdAt: "then" };
    saved = { ...state, exposedViaWeb: true, ...more };
  });

  const update = (more: Partial<CheckedInputs>) =>
    predictUpdate(saved, { ...inputsOf({ exposedViaWeb: true, ...more }) });

  it("of a create are the inputs; what only the API knows is unknown", () => {
    const outputs = predictCreate({ ...inputsOf() });
    const { name, memoryMB, status, containerId, url, teamId, startupCommand, online } = outputs;
    assert.deepEqual([name, memoryMB, teamId, url, online], ["web", 256, null, null, true]);
    assert.deepEqual([status, containerId, startupCommand], [unknownValue, unknownValue, unknownValue]);
    assert.equal(predictCreate({ ...inputsOf({ exposedViaWeb: true }) })["url"], unknownValue);
  });

  it("of an update keep the address and what never changes, but not what a call may change", () => {
    const { url, createdAt, containerId, memoryMB, startupCommand } = update({ memoryMB: 512 });
    assert.deepEqual([url, createdAt, memoryMB], ["https://web.test", "then", 512]);
    assert.deepEqual([containerId, startupCommand], [unknownValue, "node index.js"]);
    assert.equal(update({ runtimeEnvironment: "python" })["startupCommand"], unknownValue);
  });

  it("keep everything when only the state changes", () => {
    const { containerId, waitForOnline } = update({ waitForOnline: false });
    assert.deepEqual([containerId, waitForOnline], ["c1", false]);
  });

  it("have no address when the app leaves the web", () => {
    const { url, assignedSubdomain } = predictUpdate(saved, { ...inputsOf() });
    assert.deepEqual([url, assignedSubdomain], [null, null]);
  });
});
