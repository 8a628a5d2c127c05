/** A loopback server in front of the emulator that injects the failures of real networks and APIs. */
import { createServer, type IncomingHttpHeaders, request, type ServerResponse } from "node:http";

export interface Spoiled {
  status?: number;
  /** A function if it contains a time. */
  headers?: Record<string, string> | (() => Record<string, string>);
  body?: string;
}

export interface Fault {
  /**
   * `before`: the API never receives the request; `after`: the request takes effect and only the response fails;
   * `late`: the response fails immediately, and the request takes effect some seconds later.
   */
  when: "before" | "after" | "late";
  /** What the client receives: a broken connection, nothing, half of the response, or another response. */
  how: "reset" | "hang" | "half" | Spoiled;
}

export interface Rule {
  method?: string;
  /** The path of the request without its query. */
  path: RegExp;
  /** Only requests about the app with this name. */
  app?: string;
  fault: Fault;
  /** Default 1. */
  times?: number;
}

interface Incoming {
  method: string;
  url: string;
  account: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

interface Outgoing {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Watched {
  method: string;
  /** The path of the request without its query. */
  path: string;
  /** The account's name in the URL; empty for the default account. */
  account: string;
}

export type Watcher = (request: Watched) => boolean | Promise<boolean>;

export interface FaultServer {
  readonly url: string;
  add(rule: Rule): void;
  clear(): void;
  /** Rules that have not applied as often as they should. */
  unused(): Rule[];
  /** Called for each request, which waits for the result; false drops the request before it reaches the API. */
  watch(onRequest: Watcher | undefined): void;
  /** Waits for pending late effects. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const lateMs = 3000;

export async function startFaultServer(target: string): Promise<FaultServer> {
  let rules: { rule: Rule; left: number }[] = [];
  const names = new Map<string, string>();
  const late = new Set<Promise<unknown>>();
  let watcher: Watcher | undefined;

  const strike = (incoming: Incoming): Fault | undefined => {
    const path = pathOf(incoming);
    const app = nameIn(incoming) ?? names.get(path.split("/")[3] ?? "");
    const found = rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (rule.method === undefined || rule.method === incoming.method) &&
        rule.path.test(path) &&
        (rule.app === undefined || rule.app === app),
    );
    if (found) found.left -= 1;
    return found?.rule.fault;
  };
  const forward = async (incoming: Incoming): Promise<Outgoing> => {
    const answer = await ask(target, incoming);
    learnName(names, answer);
    return answer;
  };
  const serve = async (incoming: Incoming, response: ServerResponse) => {
    const { method, account } = incoming;
    if (watcher && !(await watcher({ method, path: pathOf(incoming), account })))
      return void response.socket?.resetAndDestroy();
    const fault = strike(incoming);
    if (!fault) return give(response, await forward(incoming));
    if (fault.when === "late") {
      const effect = new Promise((done) => setTimeout(done, lateMs)).then(() => forward(incoming));
      late.add(effect.catch(() => undefined));
    }
    spoil(response, fault, fault.when === "after" ? await forward(incoming) : undefined);
  };

  const server = createServer((req, response) => {
    const pieces: Buffer[] = [];
    req.on("data", (piece: Buffer) => pieces.push(piece));
    req.on("error", () => response.destroy());
    req.on("end", () => {
      const { method = "", headers } = req;
      // A first segment that starts with ~ gives each account its own URL, and so its own limits.
      const [prefix = "", account = ""] = /^\/~(\w+)/.exec(req.url ?? "") ?? [];
      const url = (req.url ?? "").slice(prefix.length);
      serve({ method, url, account, headers, body: Buffer.concat(pieces) }, response).catch(() =>
        response.destroy(),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    add: (rule) => rules.push({ rule, left: rule.times ?? 1 }),
    clear: () => {
      rules = [];
    },
    unused: () => rules.filter(({ left }) => left > 0).map(({ rule }) => rule),
    watch: (onRequest) => {
      watcher = onRequest;
    },
    settled: async () => {
      await Promise.all(late);
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function pathOf({ url }: Incoming): string {
  return url.split("?")[0] ?? "";
}

/** The name in a create. */
function nameIn({ url, body }: Incoming): string | undefined {
  if (!url.endsWith("/create")) return undefined;
  return /name="appName"\r\n\r\n([^\r]*)/.exec(body.toString("latin1"))?.[1];
}

function learnName(names: Map<string, string>, { body }: Outgoing): void {
  try {
    const { _id, name } = JSON.parse(body.toString()) as { _id?: string; name?: string };
    if (_id !== undefined && name !== undefined && !names.has(_id)) names.set(_id, name);
  } catch {
    // Not every response is an app.
  }
}

function ask(target: string, { method, url, headers, body }: Incoming): Promise<Outgoing> {
  return new Promise((done, failed) => {
    const { host: _host, connection: _connection, ...kept } = headers;
    const onward = request(new URL(url, target), { method, headers: kept, agent: false }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("error", failed);
      answer.on("end", () =>
        done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) }),
      );
    });
    onward.on("error", failed);
    onward.end(body);
  });
}

function give(response: ServerResponse, { status, headers, body }: Outgoing): void {
  const { connection: _connection, "transfer-encoding": _encoding, ...kept } = headers;
  response.writeHead(status, { ...kept, "content-length": body.length });
  response.end(body);
}

function spoil(response: ServerResponse, { how }: Fault, truth: Outgoing | undefined): void {
  if (how === "hang") return;
  if (how === "reset") return void response.socket?.resetAndDestroy();
  if (how === "half") {
    const body = truth?.body ?? Buffer.from('{"_id":"64f0');
    response.writeHead(truth?.status ?? 200, {
      "content-type": "application/json",
      "content-length": body.length + 10,
    });
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.socket?.destroy());
    return;
  }
  const { status = 200, headers = {}, body = '{"error":"Scripted","message":"a fault of the test"}' } = how;
  const more = typeof headers === "function" ? headers() : headers;
  response.writeHead(status, { "content-type": "application/json", ...more });
  response.end(body);
}
