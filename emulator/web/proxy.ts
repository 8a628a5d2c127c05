/** Owns the proxy from `http://SUBDOMAIN.localhost` to the web app: requests, streams and websockets. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { EmulatorContext } from "../api/context";
import type { AppRecord } from "../apps/record";
import { type AppStatus, sendStatusPage, statusLine } from "./status-pages";

export interface WebProxy {
  web(subdomain: string, request: IncomingMessage, response: ServerResponse): void;
  upgrade(subdomain: string, exchange: Upgrade): void;
}

export interface Upgrade {
  request: IncomingMessage;
  socket: Socket;
  head: Buffer;
}

interface Target {
  protocol: string;
  host: string;
  port: number;
}

/** The label in front of `.localhost`, if there is one. */
export function subdomainOf(host: string | undefined): string | undefined {
  return /^([a-z0-9-]+)\.localhost(:\d+)?$/i.exec(host ?? "")?.[1]?.toLowerCase();
}

export async function openProxy(emulator: EmulatorContext): Promise<WebProxy> {
  // An ES module, which CommonJS can only import dynamically on Node.js 20.
  const { createProxyServer } = await import("httpxy");
  // No agent: a keep-alive connection would break the next request after a restart of the app.
  const proxy = createProxyServer({ xfwd: true, agent: false });
  return {
    web: (subdomain, request, response) => {
      const { app, target, status } = resolve(emulator, subdomain);
      if (!app || !target) return sendStatusPage(status, request, response);
      countTraffic(emulator, app, response);
      proxy.web(request, response, { target }).catch(() => {
        if (response.headersSent) response.destroy();
        else sendStatusPage(resolve(emulator, subdomain).status, request, response);
      });
    },
    upgrade: (subdomain, { request, socket, head }) => {
      const { target, status } = resolve(emulator, subdomain);
      if (!target) return void socket.end(statusLine(status));
      proxy.ws(request, socket, { target }, head).catch(() => socket.destroy());
    },
  };
}

interface Resolved {
  app: AppRecord | undefined;
  /** Undefined if nothing responds there now. */
  target: Target | undefined;
  status: AppStatus;
}

function resolve({ store, manager, settings }: EmulatorContext, subdomain: string): Resolved {
  const app = store.list().find((candidate) => candidate.subdomain === subdomain);
  const supervisor = app && manager.supervisor(app.id);
  const { host, launched } = supervisor ?? {};
  // A running process keeps the settings that it was started with.
  const exposed = launched && supervisor?.active ? launched.exposedViaWeb : app?.exposedViaWeb;
  const status = {
    name: app?.name ?? subdomain,
    exists: app !== undefined,
    exposed: exposed === true,
    run: settings.run,
  };
  const target = exposed && host && launched ? { protocol: "http:", host, port: launched.port } : undefined;
  return { app, target, status: { ...status, state: supervisor?.state, lastEnd: supervisor?.lastEnd } };
}

function countTraffic({ manager }: EmulatorContext, app: AppRecord, response: ServerResponse): void {
  const { socket } = response;
  if (!socket) return;
  const { meter } = manager.supervisor(app.id);
  const before = { read: socket.bytesRead, written: socket.bytesWritten };
  response.once("close", () => {
    meter.receivedBytes += socket.bytesRead - before.read;
    meter.sentBytes += socket.bytesWritten - before.written;
  });
}
