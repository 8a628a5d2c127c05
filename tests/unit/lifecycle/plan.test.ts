import { strict as assert } from "node:assert";
import { powerCall } from "../../../provider/lifecycle/plan";

describe("power", () => {
  const off = { restartNeeded: false, revive: false };
  const table = [
    ["a running app is left alone", { ...off, online: true, running: undefined }, "none"],
    [
      "a running app is restarted for new files",
      { ...off, online: true, running: undefined, restartNeeded: true },
      "restart",
    ],
    [
      "a stopped app stays stopped",
      { ...off, online: false, running: undefined, restartNeeded: true },
      "none",
    ],
    [
      "a stopped app is started when it should run",
      { ...off, online: false, running: true, restartNeeded: true },
      "start",
    ],
    [
      "an app that an earlier operation started is started again",
      { ...off, online: false, running: undefined, revive: true },
      "start",
    ],
    ["a running app is stopped", { ...off, online: true, running: false, restartNeeded: true }, "stop"],
    ["a stopped app is not stopped again", { ...off, online: false, running: false, revive: true }, "none"],
  ] as const;
  for (const [what, question, call] of table) it(what, () => assert.equal(powerCall(question), call));
});
