/** Which steps a change needs, in which order, and which call brings an app into the wanted power state. */
import { strict as assert } from "node:assert";
import type { Change } from "../../../provider/lifecycle/diff";
import { planSteps, powerCall } from "../../../provider/lifecycle/plan";
import type { PropertyName } from "../../../provider/lifecycle/properties";
import type { Step } from "../../../provider/lifecycle/state";
import { inputsOf } from "./support/scripted-account";

describe("the steps of an update", () => {
  const update = (...names: PropertyName[]): Change => ({ kind: "update", names });
  const table: [change: Change, pending: Step[], steps: string][] = [
    [{ kind: "none" }, [], ""],
    [update("memoryMB"), [], "settings power wait"],
    [update("sourceHash"), [], "upload prune power wait"],
    [update("sourceHash", "memoryMB", "running"), [], "settings upload prune power wait"],
    [update("running"), [], "power wait"],
    [update("waitForOnline", "healthCheck"), [], ""],
    [{ kind: "repair" }, ["prune"], "prune power wait"],
    [{ kind: "repair" }, ["wait"], "power wait"],
    [{ kind: "repair" }, ["marker"], "marker"],
    [update("memoryMB"), ["marker", "upload"], "marker settings upload power wait"],
  ];
  for (const [change, pending, steps] of table) {
    const what = "names" in change ? `a change of ${change.names.join(", ")}` : `change "${change.kind}"`;
    const left = pending.length === 0 ? "" : `, with ${pending.join(", ")} pending`;
    it(`for ${what}${left}: ${steps || "none"}`, () => {
      assert.equal(planSteps({ change, inputs: inputsOf({ running: true }), pending }).join(" "), steps);
    });
  }

  it("include no call for an optional argument that was removed from the program", () => {
    const change = update("startupCommand", "environmentVariables", "running");
    assert.deepEqual(planSteps({ change, inputs: inputsOf(), pending: [] }), []);
  });
});

describe("the power call", () => {
  const idle = { restartNeeded: false, revive: false, running: undefined };
  const table = [
    ["none for a running app", { ...idle, online: true }, "none"],
    ["a restart for new files", { ...idle, online: true, restartNeeded: true }, "restart"],
    ["none for an app that somebody stopped", { ...idle, online: false, restartNeeded: true }, "none"],
    [
      "a start for a stopped app that should run",
      { ...idle, online: false, running: true, restartNeeded: true },
      "start",
    ],
    [
      "a start for an app that an earlier operation started",
      { ...idle, online: false, revive: true },
      "start",
    ],
    ["a stop for a running app", { ...idle, online: true, running: false, restartNeeded: true }, "stop"],
    [
      "none for an app that is stopped already",
      { ...idle, online: false, running: false, revive: true },
      "none",
    ],
  ] as const;
  for (const [what, question, call] of table) it(`is ${what}`, () => assert.equal(powerCall(question), call));
});
