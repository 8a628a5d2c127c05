/** One request against real servers: redirects, sizes, certificates, proxies, deadlines. */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecure } from "node:https";
import { type AddressInfo, connect, createServer as createPlain, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { type ApiResponse, type Attempt, NoResponseError, send } from "../../provider/api/http";
import { havePrograms } from "../support/programs";

const key = "key-of-the-transport-test";

function attempt(url: string, more: Partial<Attempt> = {}): Promise<ApiResponse> {
  return send({
    method: "GET",
    url,
    token: key,
    responseMs: 20_000,
    wholeMs: 20_000,
    signal: new AbortController().signal,
    direct: true,
    ...more,
  });
}

async function refused(work: Promise<ApiResponse>): Promise<NoResponseError> {
  const answer = await work.catch((error: unknown) => error);
  if (!(answer instanceof NoResponseError)) throw new Error(`not refused: ${JSON.stringify(answer)}`);
  assert.ok(!answer.message.includes(key));
  return answer;
}

describe("the transport", function () {
  this.timeout(60_000);
  const open: { close(): unknown }[] = [];
  const sockets = new Set<Socket>();

  const listen = async (server: Server | ReturnType<typeof createPlain>): Promise<number> => {
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    });
    open.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return (server.address() as AddressInfo).port;
  };
  const serve = async (listener: RequestListener) =>
    `http://127.0.0.1:${await listen(createServer(listener))}`;

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of open.splice(0)) server.close();
  });

  it("does not send the key to the target of a redirect", async () => {
    const seen: unknown[] = [];
    const elsewhere = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end("{}");
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const url = await serve((_request, response) =>
        response.writeHead(status, { location: elsewhere }).end(),
      );
      assert.equal((await attempt(url)).status, status);
    }
    assert.deepEqual(seen, []);
  });

  it("rejects a response that is too large, compressed or not", async () => {
    const piece = Buffer.alloc(1024 * 1024, "x");
    const long = await serve((_request, response) => {
      Readable.from(
        (function* () {
          for (let i = 0; i < 64; i++) yield piece;
        })(),
      ).pipe(response);
    });
    const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bomb = await serve((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed),
    );
    for (const url of [long, bomb]) {
      const error = await refused(attempt(url));
      assert.match(error.message, /larger than any answer/);
      assert.equal(error.permanent, true);
      assert.equal(error.neverSent, false);
    }
  });

  it("accepts a wait in seconds, as a date or as an epoch, and nothing else", async () => {
    const waits: [header: string, value: () => string, least?: number, most?: number][] = [
      ["retry-after", () => "2", 2000, 2000],
      ["retry-after", () => "0", 0, 0],
      ["retry-after", () => new Date(Date.now() + 600_000).toUTCString(), 1000, 600_000],
      ["retry-after", () => "soon"],
      ["x-ratelimit-reset", () => "2", 2000, 2000],
      ["x-ratelimit-reset", () => String(Math.floor(Date.now() / 1000) + 600), 1000, 600_000],
      ["x-ratelimit-reset", () => "99999", 3_600_000, 3_600_000],
    ];
    for (const [header, value, least, most] of waits) {
      const url = await serve((_request, response) => response.writeHead(429, { [header]: value() }).end());
      const { retryAfterMs, resetMs } = await attempt(url);
      const wait = header === "retry-after" ? retryAfterMs : resetMs;
      const label = `${header}: ${value()} is ${wait} ms`;
      if (least === undefined || most === undefined) assert.equal(wait, undefined, label);
      else assert.ok(wait !== undefined && wait >= least && wait <= most, label);
    }
  });

  it("treats a truncated response as no response", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.socket?.destroy());
    });
    const error = await refused(attempt(url));
    assert.match(error.message, /the connection broke/);
    assert.equal(error.neverSent, false);
  });

  it("knows that nothing was sent if there was no connection", async () => {
    const port = await listen(createPlain((socket) => socket.resetAndDestroy()));
    const tls = await refused(attempt(`https://127.0.0.1:${port}`));
    assert.equal(tls.neverSent, true);
    assert.match(tls.message, /no (secure )?connection/);
  });

  it("aborts a hanging connection attempt after 10 s", async () => {
    const port = await listen(createPlain(() => undefined));
    const error = await refused(
      attempt(`https://127.0.0.1:${port}`, { responseMs: 240_000, wholeMs: 240_000 }),
    );
    assert.match(error.message, /no connection within 10 s/);
    assert.equal(error.neverSent, true);
  });

  it("aborts a request without a response, which may have arrived", async () => {
    const url = await serve(() => undefined);
    const error = await refused(attempt(url, { responseMs: 300 }));
    assert.match(error.message, /no complete answer within 300 ms/);
    assert.equal(error.neverSent, false);
  });

  it("aborts a response that arrives too slowly", async () => {
    const url = await serve((_request, response) => {
      const drip = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(drip));
    });
    assert.match((await refused(attempt(url, { responseMs: 500 }))).message, /no complete answer within/);
  });

  it("aborts immediately with the reason of the signal", async () => {
    const url = await serve(() => undefined);
    const stop = new AbortController();
    const work = attempt(url, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("canceled")), 50);
    await assert.rejects(work, /^Error: canceled$/);
  });

  describe("with TLS", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "campos-tls-"));
    });
    after(() => rmSync(folder, { recursive: true }));

    const secure = async (name: string, ...more: string[]): Promise<{ url: string; port: number }> => {
      const files = { key: join(folder, `${name}.key`), cert: join(folder, `${name}.crt`) };
      const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
      const args = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        files.key,
        "-out",
        files.cert,
      ];
      execFileSync("openssl", [...args, ...subject, ...more], { stdio: "ignore" });
      const options = { key: readFileSync(files.key), cert: readFileSync(files.cert) };
      const port = await listen(createSecure(options, (_request, response) => response.end('{"ok":true}')));
      return { url: `https://localhost:${port}`, port };
    };

    it("reports an untrusted certificate and the remedy", async function () {
      const what = "an untrusted certificate";
      if (!havePrograms({ programs: ["openssl"], packages: "openssl", what })) this.skip();
      const error = await refused(attempt((await secure("localhost")).url));
      assert.match(error.message, /no secure connection \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
      assert.match(error.advice ?? "", /NODE_EXTRA_CA_CERTS/);
      assert.equal(error.permanent, true);
      assert.equal(error.neverSent, true);
    });

    it("reports a port that does not speak TLS", async () => {
      const url = await serve((_request, response) => response.end());
      const error = await refused(attempt(url.replace("http:", "https:")));
      assert.match(error.message, /no secure connection/);
      assert.match(error.advice ?? "", /does not speak TLS.*camposcloud:baseUrl/);
    });
  });

  describe("behind a proxy", () => {
    const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];
    const before_ = Object.fromEntries(names.map((name) => [name, process.env[name]]));
    const setProxy = (values: Record<string, string>) => {
      for (const name of names) delete process.env[name];
      Object.assign(process.env, values);
    };
    afterEach(() => {
      for (const name of names) delete process.env[name];
      for (const [name, value] of Object.entries(before_)) if (value !== undefined) process.env[name] = value;
    });

    /** A proxy that connects every tunnel to the same port and records its requests. */
    const openProxy = async (leadTo: number) => {
      const asked: string[] = [];
      const proxy = createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`);
        response.end("{}");
      });
      proxy.on("connect", (request, socket: Socket) => {
        asked.push(`CONNECT ${request.url} ${JSON.stringify(request.headers)}`);
        const onward = connect(leadTo, "127.0.0.1", () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\n");
          socket.pipe(onward).pipe(socket);
        });
        onward.on("error", () => socket.destroy());
      });
      return { asked, url: `http://127.0.0.1:${await listen(proxy)}` };
    };

    it("uses HTTPS_PROXY with a tunnel that does not reveal the key", async () => {
      const origin = await listen(createPlain((socket) => socket.end("no TLS here")));
      const proxy = await openProxy(origin);
      setProxy({ HTTPS_PROXY: proxy.url });
      const error = await refused(attempt("https://api.camposcloud.example/v1/apps", { direct: false }));
      assert.match(error.message, /no (secure )?connection/);
      assert.equal(error.neverSent, true);
      assert.match(proxy.asked[0] ?? "", /^CONNECT api\.camposcloud\.example:443 /);
      assert.ok(!proxy.asked.join().includes(key));
    });

    it("respects NO_PROXY", async () => {
      const proxy = await openProxy(1);
      setProxy({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: "127.0.0.1,localhost" });
      const url = await serve((_request, response) => response.end('{"ok":true}'));
      assert.equal((await attempt(url, { direct: false })).text, '{"ok":true}');
      assert.deepEqual(proxy.asked, []);
    });

    it("never uses a proxy for an API on this machine", async () => {
      const proxy = await openProxy(1);
      setProxy({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url });
      const url = await serve((_request, response) => response.end('{"ok":true}'));
      assert.equal((await attempt(url)).text, '{"ok":true}');
      assert.deepEqual(proxy.asked, []);
    });

    it("reports an unreachable proxy", async () => {
      setProxy({ HTTPS_PROXY: "http://127.0.0.1:9" });
      const error = await refused(attempt("https://api.camposcloud.example/", { direct: false }));
      assert.equal(error.neverSent, true);
      assert.match(error.message, /ECONNREFUSED/);
    });
  });
});
