import { strict as assert } from "node:assert";
import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import { Client } from "../../../provider/api/client";
import { ApiError } from "../../../provider/api/errors";
import { Limiter } from "../../../provider/api/limiter";
import { sender } from "../../../provider/api/request";
import { startDeadline, systemClock } from "../../../provider/clock";
import { settle, VirtualClock } from "../../support/virtual-clock";

interface Reply {
  status?: number;
  body: string;
}

/** An API that returns these responses in order, and then the last one repeatedly. */
class Canned {
  readonly asked: string[] = [];
  readonly notes: (string | undefined)[] = [];
  replies: Reply[] = [];
  private readonly server: Server;
  private baseUrl = "";

  constructor() {
    this.server = createServer((request, response) => {
      request.resume();
      request.once("end", () => {
        this.asked.push(`${request.method} ${request.url?.split("?")[0]}`);
        const reply = this.replies.length > 1 ? this.replies.shift() : this.replies[0];
        response.writeHead(reply?.status ?? 200, { "content-type": "application/json" });
        response.end(reply?.body);
      });
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.baseUrl = `http://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  client(): Client {
    // Waits between attempts end immediately.
    const clock = { now: () => Date.now(), sleep: async () => settle() };
    const core = { baseUrl: this.baseUrl, direct: true, token: "key", clock };
    const deadline = {
      at: () => Number.POSITIVE_INFINITY,
      pause: () => () => undefined,
      note: (_what: string, reason: string | undefined) => this.notes.push(reason),
    };
    const limiter = new Limiter({ clock, writeIntervalMs: 0 });
    const scope = { signal: new AbortController().signal, progress: () => undefined, deadline };
    return new Client(sender({ ...core, limiter }, scope));
  }
}

const file = { size: 3, open: () => Readable.from(["zip"]) };
const fields = { appName: "a", mainFile: "m", memoryMB: 256, runtimeEnvironment: "nodejs" } as never;

const calls: Record<string, (client: Client) => Promise<unknown>> = {
  createApp: (client) => client.createApp(fields, file),
  updateApp: (client) => client.updateApp("1", fields),
  startApp: (client) => client.startApp("1"),
  stopApp: (client) => client.stopApp("1"),
  restartApp: (client) => client.restartApp("1"),
  deleteApp: (client) => client.deleteApp("1"),
  uploadFiles: (client) => client.uploadFiles("1", file),
  deleteFiles: (client) => client.deleteFiles("1", ["/a"]),
  getApp: (client) => client.getApp("1"),
  listApps: (client) => client.listApps(),
};

describe("a 2xx response", () => {
  let api: Canned;

  beforeEach(async () => {
    api = new Canned();
    await api.open();
  });
  afterEach(() => api.close());

  for (const [name, call] of Object.entries(calls)) {
    it(`is an immediate failure of ${name} if it contains an error`, async () => {
      api.replies = [{ body: '{"error":"Not enough disk space"}' }];
      await assert.rejects(call(api.client()), (error: Error) => {
        assert.ok(error instanceof ApiError);
        assert.match(
          error.message,
          /^Could not .*: the API answered 200 with the error "Not enough disk space"/,
        );
        return error.kind === "invalid" && !error.maybeApplied;
      });
      assert.equal(api.asked.length, 1);
    });
  }

  for (const name of ["deleteApp", "uploadFiles", "deleteFiles"] as const) {
    it(`is a failure of ${name} without the documented content, with the API's message`, async () => {
      for (const body of ["", "{}", '{"reason":"busy"}', "<html><p>Welcome</p></html>", '"ok"']) {
        api.replies = [{ body }];
        await assert.rejects(calls[name]?.(api.client()) ?? Promise.resolve(), /the answer has no/, body);
      }
      api.replies = [{ body: '{"reason":"busy"}' }];
      await assert.rejects(calls[name]?.(api.client()) ?? Promise.resolve(), /busy/);
    });
  }

  it("is not quoted where it may contain secrets that only the API knows", async () => {
    const app = `{"name":"bot","environmentVariables":[{"key":"A","value":"hush"}],"teamId":{"invites":["hush"]}}`;
    for (const body of [app, app.slice(0, 60), `[${app}]`, `\n ${app.slice(0, 60)}`, `{"data":${app}}`]) {
      api.replies = [{ body }];
      await assert.rejects(calls["getApp"]?.(api.client()) ?? Promise.resolve(), (error: Error) => {
        assert.match(error.message, /the answer has no `_id`/);
        return !error.message.includes("hush");
      });
    }
    api.replies = [{ body: `{"error":true,"environmentVariables":[{"key":"A","value":"hush"}]}` }];
    await assert.rejects(
      calls["getApp"]?.(api.client()) ?? Promise.resolve(),
      /answered 200 with the error "\{"error":true\}"\./,
    );
  });

  it("is a success with the documented content", async () => {
    api.replies = [{ body: '{"message":"done","error":null}' }];
    await calls["deleteApp"]?.(api.client());
    await calls["uploadFiles"]?.(api.client());
    api.replies = [{ body: '{"success":["/a"],"failed":["/b"]}' }];
    assert.deepEqual(await calls["deleteFiles"]?.(api.client()), ["/b"]);
  });
});

describe("an upload", () => {
  let api: Canned;

  beforeEach(async () => {
    api = new Canned();
    await api.open();
  });
  afterEach(() => api.close());

  it("is retried after 5xx, three times at most", async () => {
    const failed = { status: 500, body: '{"error":"Oops"}' };
    api.replies = [failed, failed, failed, { body: '{"message":"done"}' }];
    await api.client().uploadFiles("1", file);
    assert.equal(api.asked.length, 4);
    assert.equal(api.notes.length, 4);
    assert.match(api.notes[0] ?? "", /500 "Oops"/);
    assert.equal(api.notes.at(-1), undefined);
    api.replies = [failed];
    await assert.rejects(api.client().uploadFiles("1", file), /500 "Oops"/);
    assert.equal(api.asked.length, 8);
  });
});

describe("a deadline", () => {
  const start = (clock: VirtualClock, ms: number) => {
    const deadline = startDeadline({ clock, ms, what: "Creating web", advice: "Raise it." });
    return { deadline, reason: () => (deadline.signal.reason as Error | undefined)?.message };
  };

  it("ends with the last failure that was not resolved", async () => {
    const clock = new VirtualClock();
    const { deadline, reason } = start(clock, 10_000);
    deadline.note("create", "the API answered 500.");
    deadline.note("list", "the API answered 502.");
    deadline.note("list", undefined);
    await clock.advance(10_000);
    assert.equal(
      reason(),
      "Creating web took longer than 10 s. Raise it. The last failure: the API answered 500.",
    );
  });

  it("does not count pauses, even if they are nested", async () => {
    const clock = new VirtualClock();
    const { deadline, reason } = start(clock, 10_000);
    await clock.advance(4000);
    const [first, second] = [deadline.pause(), deadline.pause()];
    await clock.advance(60_000);
    first();
    first();
    await clock.advance(60_000);
    assert.equal(deadline.at(), clock.now() + 6000);
    second();
    await clock.advance(5500);
    assert.equal(reason(), undefined);
    await clock.advance(1000);
    assert.match(reason() ?? "", /took longer than 10 s/);
  });

  it("can be longer than the longest timer of Node.js", async () => {
    const deadline = startDeadline({ clock: systemClock, ms: 600 * 3_600_000, what: "x", advice: "y" });
    await new Promise((done) => setTimeout(done, 20));
    assert.equal(deadline.signal.aborted, false);
    deadline.clear();
  });
});
