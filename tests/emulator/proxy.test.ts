/** Owns the way to web apps: streams, bodies, websockets, many visitors, and what visitors see when nothing answers. */
import { strict as assert } from "node:assert";
import http from "node:http";
import type { Socket } from "node:net";
import {
  type Bench,
  bench,
  closeAll,
  createId,
  type Files,
  online,
  subdomain,
  visit,
  WORKER,
} from "./support/client";
import { NODE_WEB } from "./support/programs";

const onWeb = { exposedViaWeb: "true" };

/** Answers \`/stream\` in two parts, the second only when \`/go\` is asked for; echoes what comes over an upgraded connection. */
const STREAMS = {
  "index.js": `
    let go;
    const gone = new Promise((done) => { go = done; });
    const server = require("http").createServer(async (request, response) => {
      if (request.url === "/go") { go(); return response.end("gone"); }
      if (request.url === "/cut") { response.write("part"); return setTimeout(() => response.destroy(), 20); }
      response.write("first ");
      await gone;
      response.end("second");
    });
    server.on("upgrade", (request, socket) => {
      if (request.url === "/refuse") return socket.end("HTTP/1.1 401 Unauthorized\\r\\nContent-Length: 0\\r\\n\\r\\n");
      socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n");
      socket.pipe(socket);
    });
    server.listen(process.env.PORT, process.env.HOST_TO_USE);
  `,
};

async function started(files: Files, fields = {}): Promise<Bench & { host: string }> {
  const table = await bench();
  const id = await createId(table.api, files, { ...onWeb, ...fields });
  await online(table, id);
  return { ...table, host: await subdomain(table.api, id) };
}

function upgrade(port: number, host: string, path: string) {
  return new Promise<{ status: number; socket?: Socket }>((resolve, reject) => {
    const headers = {
      host,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-key": "x",
      "sec-websocket-version": "13",
    };
    const request = http.request({ host: "127.0.0.1", port, path, headers });
    request.on("upgrade", (response, socket: Socket) =>
      resolve({ status: response.statusCode ?? 0, socket }),
    );
    request.on("response", (response) => resolve({ status: response.statusCode ?? 0 }));
    request.on("error", reject);
    request.end();
  });
}

describe("emulator: web addresses", () => {
  afterEach(closeAll);

  it("forwards streams immediately", async () => {
    const { emulator, host } = await started(STREAMS);
    const parts: string[] = [];
    await new Promise<void>((resolve, reject) => {
      http.get({ host: "127.0.0.1", port: emulator.port, path: "/stream", headers: { host } }, (response) => {
        response.setEncoding("utf8");
        response.on("data", (part) => {
          parts.push(part);
          if (parts.length === 1) void visit(emulator.port, host, { path: "/go" });
        });
        response.on("end", resolve);
        response.on("error", reject);
      });
    });
    assert.deepEqual(parts, ["first ", "second"]);
  });

  it("forwards large bodies in both directions", async () => {
    const { emulator, host } = await started(NODE_WEB);
    const body = Buffer.alloc(5_000_000, "0123456789");
    const echoed = await new Promise<Buffer>((resolve, reject) => {
      const request = http.request(
        { host: "127.0.0.1", port: emulator.port, method: "POST", headers: { host } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("end", () => resolve(Buffer.concat(chunks)));
        },
      );
      request.on("error", reject);
      request.end(body);
    });
    assert.ok(body.equals(echoed));
  });

  it("closes the visitor's connection if the app does", async () => {
    const { emulator, host } = await started(STREAMS);
    await assert.rejects(visit(emulator.port, host, { path: "/cut" }));
  });

  it("forwards websockets and refused handshakes", async () => {
    const { emulator, host } = await started(STREAMS);
    const { status, socket } = await upgrade(emulator.port, host, "/");
    assert.equal(status, 101);
    socket?.write("ping");
    const [echo] = await new Promise<Buffer[]>((done) => socket?.once("data", (data) => done([data])));
    assert.equal(echo?.toString(), "ping");
    assert.equal((await upgrade(emulator.port, host, "/refuse")).status, 401);
    assert.equal((await upgrade(emulator.port, "nobody.localhost", "/")).status, 404);
    assert.equal((await upgrade(emulator.port, "127.0.0.1", "/v1/apps")).status, 400);
  });

  it("closes open websockets on close", async () => {
    const { emulator, host } = await started(STREAMS);
    const { socket } = await upgrade(emulator.port, host, "/");
    const ended = new Promise((done) => socket?.once("close", done));
    socket?.on("error", () => {});
    await emulator.close();
    await ended;
  });

  it("finds an app that only listens on IPv6", async () => {
    const environmentVariables = '[{"key":"HOST_TO_USE","value":"::1"}]';
    const { emulator, host } = await started(STREAMS, { environmentVariables });
    assert.equal((await visit(emulator.port, host, { path: "/go" })).text, "gone");
  });

  it("serves many visitors at once", async () => {
    const { emulator, host } = await started(NODE_WEB);
    const answers = await Promise.all(Array.from({ length: 100 }, () => visit(emulator.port, host)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  });

  it("forwards the requested host", async () => {
    const { emulator, host } = await started(NODE_WEB);
    const upper = await visit(emulator.port, `${host.toUpperCase()}:${emulator.port}`);
    assert.equal(JSON.parse(upper.text).host, `${host.toUpperCase()}:${emulator.port}`);
  });

  it("shows a page with escaped names if there is no app, or none on the web", async () => {
    const { api, emulator } = await bench();
    assert.match(
      (await visit(emulator.port, "nobody.localhost")).text,
      /No application has the subdomain nobody/,
    );
    await createId(api, WORKER, { appName: "<b>bold</b>" });
    const { data } = await api.get("/v1/apps");
    const label = emulator.apps()[0];
    assert.equal(data.applications.length, 1);
    assert.equal(label?.assignedSubdomain, null);
    const id = await createId(api, WORKER, { appName: "<i>odd</i>", ...onWeb });
    const host = await subdomain(api, id);
    await api.post(`/v1/apps/${id}/stop`);
    const page = await visit(emulator.port, host, { headers: { accept: "text/html" } });
    assert.equal(page.status, 503);
    assert.match(
      page.text,
      /&#60;i&#62;odd&#60;\/i&#62; is stopped|&#60;i&#62;odd&#60;&#47;i&#62; is stopped/,
    );
    assert.doesNotMatch(page.text, /<i>odd/);
  });
});
