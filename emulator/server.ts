/** Owns starting and stopping an emulator: folder, apps, server. */
import { mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { objection, refuse, refuseUpgrade } from "./api/access";
import { type EmulatorContext, viewSource } from "./api/context";
import { type FaultRule, Faults } from "./api/faults";
import { Limits } from "./api/limits";
import { apiFor } from "./api/pipeline";
import { type RequestRecord, Requests } from "./api/request-log";
import { fullView } from "./api/views";
import { teamFrom } from "./apps/account";
import { Store } from "./apps/store";
import { type EmulatorOptions, type Settings, settingsFrom } from "./options";
import { AppManager } from "./processes/app-manager";
import { claimFolder, clearAbandoned, TEMPORARY_PREFIX } from "./processes/data-lock";
import { openProxy, subdomainOf } from "./web/proxy";
import type { WireApp } from "./wire";

/** A running emulator. */
export interface Emulator {
  /** `http://127.0.0.1:PORT`, the base URL for clients of the API. */
  readonly url: string;
  /** The port that it listens on. */
  readonly port: number;
  /** The API key that it accepts. */
  readonly token: string;
  /** The dashboard, signed in: the key is in the fragment, which a browser does not send. */
  readonly dashboardUrl: string;
  /** The teams of the account. */
  teams(): { id: string; name: string }[];
  /** The last requests to the API, oldest first. */
  requests(): RequestRecord[];
  /** Forgets the requests. */
  clearRequests(): void;
  /** All apps, including those of teams, with every field that any endpoint returns. */
  apps(): WireApp[];
  /** The last output of an app, with the emulator's own messages; empty for an unknown id. */
  log(appId: string): string;
  /** Adds a scripted fault; several apply in the order in which they were added. */
  fault(rule: FaultRule): void;
  /** Removes all scripted faults. */
  clearFaults(): void;
  /** Resets the counters of the rate limits. */
  resetLimits(): void;
  /** Stops every app and the server. Leaves no process, no timer and no temporary folder. */
  close(): Promise<void>;
}

/**
 * Starts an emulator of CamposCloud's API on loopback. The apps sent to it run on this machine as the current user.
 * Rejects when the port is taken or the data folder is in use.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = settingsFrom(options);
  await clearAbandoned(settings.log);
  const data = openFolder(settings.data);
  const release = await claimFolder(data, settings.log);
  const free = async () => {
    release();
    if (settings.data === undefined) await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const emulator = compose(settings, data);
    const { server, sockets } = await listen(emulator);
    emulator.manager.resume();
    return facade(emulator, portOf(server), async () => {
      await closeServer(server, sockets);
      await settle(emulator);
      await free();
    });
  } catch (error) {
    await free();
    throw error;
  }
}

/** Waits for requests in progress, then stops every app. */
async function settle({ closing, underWay, manager }: EmulatorContext): Promise<void> {
  closing.abort();
  await Promise.allSettled(underWay);
  await manager.close();
}

function openFolder(given: string | undefined): string {
  if (given === undefined) return realpathSync(mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX)));
  mkdirSync(given, { recursive: true, mode: 0o700 });
  return realpathSync(resolve(given));
}

function compose(settings: Settings, data: string): EmulatorContext {
  const store = new Store(data);
  return {
    settings,
    store,
    manager: new AppManager(store, settings),
    limits: new Limits(settings),
    faults: new Faults(),
    requests: new Requests(),
    teams: settings.teams.map(teamFrom),
    underWay: new Set(),
    closing: new AbortController(),
  };
}

async function listen(emulator: EmulatorContext): Promise<{ server: Server; sockets: Set<Socket> }> {
  const proxy = await openProxy(emulator);
  // The API drains unread bodies itself; the library would abort them.
  const options = { overrideGlobalObjects: false, autoCleanupIncoming: false };
  const serve = getRequestListener(apiFor(emulator).fetch, options);
  const server = createServer((request, response) => {
    const subdomain = subdomainOf(request.headers.host);
    if (subdomain !== undefined) return proxy.web(subdomain, request, response);
    const reason = objection(request);
    if (reason !== undefined) return refuse(reason, response);
    void serve(request, response);
  });
  server.on("upgrade", (request, socket: Socket, head) => {
    // Node does not handle errors of upgraded sockets, and an unhandled one would end the emulator.
    socket.on("error", () => socket.destroy());
    const subdomain = subdomainOf(request.headers.host);
    if (subdomain === undefined) return refuseUpgrade(socket);
    return proxy.upgrade(subdomain, { request, socket, head });
  });
  // Longer than clients keep idle connections, so that none is closed while they send the next request.
  server.keepAliveTimeout = 65_000;
  const sockets = trackSockets(server);
  await new Promise<void>((done, failed) => {
    server.once("error", (error) => failed(listenError(error, emulator.settings.port)));
    server.listen(emulator.settings.port, "127.0.0.1", done);
  });
  return { server, sockets };
}

function listenError(error: Error, port: number): Error {
  if (!("code" in error) || error.code !== "EADDRINUSE") return error;
  return new Error(`Port ${port} is taken; choose another or 0.`, { cause: error });
}

/** The server no longer tracks upgraded connections, so they are closed here. */
function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port.");
  return address.port;
}

async function closeServer(server: Server, sockets: Set<Socket>): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  for (const socket of sockets) socket.destroy();
  await closed;
}

function facade(emulator: EmulatorContext, port: number, end: () => Promise<void>): Emulator {
  let closing: Promise<void> | undefined;
  const { store, manager, requests, faults, limits, settings } = emulator;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    token: settings.token,
    dashboardUrl: `http://127.0.0.1:${port}/#token=${encodeURIComponent(settings.token)}`,
    teams: () => emulator.teams.map(({ _id, name }) => ({ id: _id, name })),
    requests: () => requests.list(),
    clearRequests: () => requests.clear(),
    apps: () => store.list().map((app) => fullView(viewSource(emulator, app))),
    log: (id) => (store.get(id) ? manager.log(id).read().text : ""),
    fault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    resetLimits: () => limits.reset(),
    close: () => {
      closing ??= end();
      return closing;
    },
  };
}
