/** The timeouts of one attempt: to connect, between two chunks, for the response, and for everything. */
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { formatDuration } from "../clock";
import { NoResponseError } from "./transport-error";

/** DNS, TCP, proxy and TLS together. */
const connectMs = 10_000;
/** Without any data while a body is sent or received. */
const idleMs = 60_000;

export interface WatchOptions {
  responseMs: number;
  wholeMs: number;
  onConnected?(): void;
}

type OnResponse = (response: IncomingMessage) => void;

export class Watch {
  /** The connection was established, including TLS: the request may have arrived. */
  connected = false;
  /** The transport for axios. */
  readonly transport = {
    request: (options: RequestOptions, onResponse: OnResponse): ClientRequest =>
      this.follow((options.protocol === "https:" ? https : http).request(options, onResponse)),
  };

  private responding = false;
  private readonly over = new AbortController();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(private readonly options: WatchOptions) {
    this.after(options.wholeMs, () => this.silence(options.wholeMs));
  }

  /** Aborted with a `NoResponseError` after a timeout. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  end(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private follow(request: ClientRequest): ClientRequest {
    const connecting = this.after(connectMs, () =>
      this.stop(`no connection within ${formatDuration(connectMs)}`),
    );
    request.once("socket", (socket) => {
      whenConnected(socket, () => {
        this.connected = true;
        this.options.onConnected?.();
        clearTimeout(connecting);
        socket.setTimeout(idleMs, () => this.stalled(request));
      });
    });
    request.once("response", () => {
      this.responding = true;
    });
    request.once("finish", () =>
      this.after(this.options.responseMs, () => this.silence(this.options.responseMs)),
    );
    return request;
  }

  // A server may take long to respond, but not stop in the middle of a body.
  private stalled(request: ClientRequest): void {
    const working = request.writableFinished && !this.responding;
    if (!working) this.stop(`no data was transferred for ${formatDuration(idleMs)}`);
  }

  private silence(ms: number): void {
    this.stop(`no complete answer within ${formatDuration(ms)}`);
  }

  private stop(message: string): void {
    this.over.abort(new NoResponseError(message, { neverSent: !this.connected }));
  }

  private after(ms: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(act, ms);
    this.timers.add(timer);
    return timer;
  }
}

function whenConnected(socket: Socket, act: () => void): void {
  if (socket instanceof TLSSocket) socket.once("secureConnect", act);
  else if (socket.connecting) socket.once("connect", act);
  else act();
}
