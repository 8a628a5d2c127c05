/** Owns what must not end the emulator or fill its memory: a full disk, broken connections, bytes that are no HTTP, a long life. */
import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RequestRecord, Requests } from "../../emulator/api/request-log";
import {
  bench,
  clientOf,
  closeAll,
  create,
  createId,
  logged,
  online,
  until,
  upload,
  WEB,
  WORKER,
} from "./support/client";

const ROOT = join(__dirname, "..", "..");

/** Sends bytes and drops the connection, or lets the server end it. */
function send(port: number, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(text, () => socket.destroy()));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}

describe("emulator: robustness", () => {
  let data: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "emulator-robust-"));
  });
  afterEach(async () => {
    await closeAll();
    if (child?.exitCode === null) {
      const ended = new Promise((done) => child?.once("close", done));
      child.kill("SIGTERM");
      await ended;
    }
    child = undefined;
    rmSync(data, { recursive: true, force: true });
  });

  it("responds with 507 if the disk is full, and normally otherwise", async function () {
    if (process.platform === "win32") return this.skip();
    this.timeout(300_000);
    // A limit on the size of files stands for a full disk: writing fails in the same places.
    const line = `ulimit -f 4096; exec "$0" -r ts-node/register/transpile-only emulator/cli.ts --port 0 --write-window 0 --data "$1"`;
    const run = spawn("bash", ["-c", line, process.execPath, data], { cwd: ROOT });
    child = run;
    let out = "";
    run.stdout.on("data", (text) => {
      out += text;
    });
    const deadline = Date.now() + 120_000;
    while (!out.includes("\n") && Date.now() < deadline) await new Promise((done) => setTimeout(done, 50));
    const url = /http:\/\/\S+/.exec(out)?.[0] ?? "";
    const api = clientOf({ url, token: "emulator-token" });
    const id = await createId(api, WEB, { exposedViaWeb: "true" });
    const noise = Buffer.from(Array.from({ length: 6 * 1024 ** 2 }, () => Math.floor(Math.random() * 256)));
    const inflated = Buffer.alloc(8 * 1024 ** 2);
    for (const content of [noise, inflated]) {
      const files = { "index.js": "", content };
      for (const answer of [await create(api, files), await upload(api, id, files)])
        assert.deepEqual([answer.status, answer.data.error], [507, "Not enough disk space"]);
    }
    const online = async () => (await api.get(`/v1/apps/${id}`)).data.currentResourceMetrics.online;
    await until("the first app is online", online);
    assert.equal((await create(api, WORKER)).status, 201);
    assert.deepEqual(readdirSync(join(data, "incoming")), []);
  });

  it("drops broken connections and invalid HTTP, and keeps nothing of them", async () => {
    const { api, emulator } = await bench({ data, run: false, requestsPerMinute: 0 });
    const id = await createId(api, WORKER);
    const head = (length: number) =>
      `POST /v1/apps/${id}/upload?path=/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${emulator.token}\r\n` +
      `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${length}\r\n\r\n`;
    const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="file.zip"\r\n\r\n';
    const texts = [
      `${head(9_000_000)}${part}${"x".repeat(2_000_000)}`,
      `${head(9000)}${part}PK`,
      `${head(9000)}--b\r\nContent-Disposition: form-data; na`,
      head(10).slice(0, 60),
      "\0\u0001\u0002 not HTTP at all\r\n\r\n",
      `GET /v1/apps HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      "GET / HTTP/1.1\r\nHost: front.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ];
    for (let round = 0; round < 5; round += 1)
      await Promise.all(texts.map((text) => send(emulator.port, text)));
    await until("nothing is left of them", () => readdirSync(join(data, "incoming")).length === 0);
    assert.equal((await upload(api, id, WORKER)).status, 200);
    assert.equal(emulator.apps().length, 1);
  });

  it("survives the exit of an app while too many files are open to read the process table", async function () {
    if (process.platform !== "linux") return this.skip();
    const table = await bench({ data });
    const id = await createId(table.api, { "index.js": "setTimeout(() => process.exit(3), 1500);" });
    await online(table, id);
    const fs: { readdirSync(path: string): string[] } = require("node:fs");
    const { readdirSync: list } = fs;
    fs.readdirSync = (path) => {
      if (path === "/proc") throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
      return list(path);
    };
    try {
      await logged(table, id, /Ended: exit code 3/);
    } finally {
      fs.readdirSync = list;
    }
    assert.equal((await table.api.post(`/v1/apps/${id}/start`)).status, 200);
    await online(table, id);
  });

  it("only keeps the file lists of the last deployments", () => {
    const requests = new Requests();
    const entries = Array.from({ length: 12_000 }, (_, index) => ({
      path: `folder/with/a/name/file-${index}.js`,
      sha256: "0".repeat(64),
    }));
    const record = (): RequestRecord => ({
      ...{ method: "POST", path: "/v1/apps/create", query: {}, status: 201 },
      ...{ ms: 1, receivedAt: 0, limited: false, faulted: false },
    });
    for (let index = 0; index < 50; index += 1) {
      const one = record();
      requests.add(one);
      requests.describe(one, { file: { bytes: 1, sha256: "", entries } });
    }
    const kept = requests.list().filter(({ body }) => body !== undefined);
    assert.equal(requests.list().length, 50);
    assert.ok(kept.length >= 5 && kept.length <= 20, String(kept.length));
    assert.equal(requests.list().at(-1), kept.at(-1));
    const huge = record();
    requests.add(huge);
    requests.describe(huge, { fields: { a: "x".repeat(20 * 1024 ** 2) } });
    assert.deepEqual(huge.body, {});
  });
});
