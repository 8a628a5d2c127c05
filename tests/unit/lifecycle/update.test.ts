import { strict as assert } from "node:assert";
import type { App } from "../../../provider/api/app";
import type { Deps } from "../../../provider/lifecycle/deps";
import { IncompleteError } from "../../../provider/lifecycle/failures";
import { foldFiles } from "../../../provider/lifecycle/file-digests";
import { AppPoller } from "../../../provider/lifecycle/readiness/app-poller";
import { type AppState, appliedOf, type CheckedInputs, stateOf } from "../../../provider/lifecycle/state";
import { update } from "../../../provider/lifecycle/update";
import { type Lives, metricsOf, Script } from "./scripted-app";

const files = [
  { path: "index.js", size: 3, executable: false, digest: "a".repeat(64) },
  { path: "lib.js", size: 3, executable: false, digest: "b".repeat(64) },
];

const inputs: CheckedInputs = {
  source: "./app",
  sourceHash: "new",
  sourceFiles: foldFiles(files),
  appName: "web",
  name: "web",
  mainFile: "index.js",
  memoryMB: 256,
  allocatedMemoryMB: 256,
  runtimeEnvironment: "nodejs",
  exposedViaWeb: false,
  autoRestartEnabled: false,
  waitForOnline: true,
  urnHash: "u",
};

const paths = {
  pack: (list: readonly string[]) => list.join("\n"),
  unpack: (text: string) => (text === "" ? [] : text.split("\n")),
};

const forever = Number.POSITIVE_INFINITY;

class Update {
  readonly calls: string[] = [];
  readonly sent: Record<string, unknown>[] = [];
  disposed = 0;
  readonly script: Script;
  packed = { hash: "new", files };
  private lives: Lives;

  /** `restarted`: its runs after a restart or start, relative to it. */
  constructor(
    private readonly restarted: Lives = [[0, forever]],
    now: Lives = [[-100, forever]],
  ) {
    this.lives = now;
    this.script = new Script({ look: (id, ms) => this.app(id, ms) });
  }

  app(id: string, ms: number): App {
    const known = { name: "web", startupCommand: "node index.js", runtimeEnvironment: "nodejs" };
    return { id, status: "active", ...known, currentResourceMetrics: metricsOf(this.lives, ms) };
  }

  state(saved: Partial<CheckedInputs>, pending: AppState["deployment"]["pending"] = []): AppState {
    const given = { ...inputs, ...saved };
    const deployment = { applied: appliedOf(given), pending, files: "index.js\nold.js", version: 2 as const };
    const app = this.app("1", 0);
    return stateOf({ inputs: given, app, metrics: undefined, online: true, deployment, appUrl: "" });
  }

  async run(saved: AppState, wanted: Partial<CheckedInputs> = {}): Promise<AppState> {
    let end: { state: AppState } | { error: unknown } | undefined;
    const poller = new AppPoller();
    update({ deps: this.deps(), poller, paths, inputs: { ...inputs, ...wanted }, id: "1", saved }).then(
      (state) => {
        end = { state };
      },
      (error: unknown) => {
        end = { error };
      },
    );
    await this.script.clock.advance(120_000);
    if (end === undefined) throw new Error("still waiting");
    if ("error" in end) throw end.error;
    return end.state;
  }

  private deps(): Deps {
    const { deps } = this.script;
    const act = async (call: string) => {
      this.calls.push(call);
      const began = this.script.ms / 1000;
      if (call !== "stop") this.lives = this.restarted.map(([from, until]) => [began + from, began + until]);
      return this.app("1", this.script.ms);
    };
    Object.assign(deps.api, {
      updateApp: async (_id: string, fields: Record<string, unknown>) => {
        this.calls.push("update");
        this.sent.push(fields);
        return { ...this.app("1", this.script.ms), restartRequired: true };
      },
      uploadFiles: async () => void this.calls.push("upload"),
      deleteFiles: async (_id: string, list: string[]) => {
        this.calls.push(`files ${list.join()}`);
        return [];
      },
      restartApp: () => act("restart"),
      startApp: () => act("start"),
      stopApp: () => act("stop"),
    });
    const archive = {
      ...this.packed,
      size: 1,
      asGiven: false,
      open: () => undefined,
      dispose: async () => void this.disposed++,
    };
    return { ...deps, pack: async () => archive as never };
  }
}

async function incomplete(run: Promise<unknown>): Promise<IncompleteError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof IncompleteError, String(error));
  return error;
}

describe("update", () => {
  it("uploads, deletes stale files, restarts, and waits until the new run stays online", async () => {
    const it = new Update();
    const state = await it.run(it.state({ sourceHash: "old" }));
    assert.deepEqual(it.calls, ["upload", "files /old.js", "restart"]);
    assert.equal(state.sourceHash, "new");
    assert.deepEqual(state.deployment.pending, []);
    assert.ok((it.script.askedAt.at(-1) ?? 0) >= 5000);
    assert.equal(it.disposed, 1);
  });

  it("rejects a source that changed since the check before anything is sent, and names the files", async () => {
    const it = new Update();
    const changed = files.map((file, at) => (at === 1 ? { ...file, digest: "c".repeat(64) } : file));
    it.packed = {
      hash: "other",
      files: [...changed, { path: "new.js", size: 1, executable: false, digest: "d" }],
    };
    const error = await incomplete(it.run(it.state({ sourceHash: "old" })));
    assert.match(
      error.message,
      /changed after it was checked, and nothing was uploaded: lib\.js, new\.js\. /,
    );
    assert.deepEqual(it.calls, []);
    assert.equal(error.state.sourceHash, "old");
    assert.equal(it.disposed, 1);
  });

  it("does not send the command of another runtime", async () => {
    const it = new Update();
    await it.run(it.state({}), { runtimeEnvironment: "python" });
    assert.equal(it.sent[0]?.["startupCommand"], undefined);
    const same = new Update();
    await same.run(same.state({}), { memoryMB: 512, allocatedMemoryMB: 512 });
    assert.equal(same.sent[0]?.["startupCommand"], "node index.js");
  });

  it("records an app that exits after the restart, and reports it again until it is fixed", async () => {
    const it = new Update([[0, 2]]);
    const error = await incomplete(it.run(it.state({ sourceHash: "old" })));
    assert.match(error.message, /did not stay online: it ended about \d s/);
    assert.deepEqual(error.state.deployment.pending, ["wait"]);
    assert.equal(error.state.sourceHash, "new");
    const again = new Update([[0, 2]], []);
    const second = await incomplete(again.run(again.state({}, ["wait"])));
    assert.deepEqual(again.calls, ["start"]);
    assert.deepEqual(second.state.deployment.pending, ["wait"]);
    const fixed = new Update([[0, forever]], []);
    assert.deepEqual((await fixed.run(fixed.state({}, ["wait"]))).deployment.pending, []);
  });

  it("checks an app again that is online after an earlier run was interrupted while waiting", async () => {
    const it = new Update([], [[-1, 3]]);
    const error = await incomplete(it.run(it.state({}, ["wait"])));
    assert.match(error.message, /did not stay online/);
    assert.deepEqual(it.calls, []);
  });

  it("does not wait with waitForOnline: false", async () => {
    const it = new Update([[0, 2]]);
    await it.run(it.state({ sourceHash: "old" }), { waitForOnline: false });
    assert.deepEqual(it.calls, ["upload", "files /old.js", "restart"]);
  });

  it("restarts an active app without metrics", async () => {
    const it = new Update();
    const look = it.app.bind(it);
    it.app = (id, ms) => ({ ...look(id, ms), currentResourceMetrics: undefined });
    const state = await it.run(it.state({ sourceHash: "old" }));
    assert.deepEqual(it.calls, ["upload", "files /old.js", "restart"]);
    assert.equal(state.online, true);
    assert.equal(it.script.warned.length, 1);
  });
});
