/** Owns the ports of apps, and when a started app counts as online. */

import { connect, createServer } from "node:net";
import type { AppRecord } from "../apps/record";
import { pause } from "../pause";
import type { Running } from "./runner";

/** An app that is not on the web counts as online after this time. */
const ALIVE_MS = 300;
/** A web app that does not listen on PORT is still running, so it counts as online after this time. */
const SILENT_WEB_MS = 5000;
const PROBE_MS = 40;

/** Calls `online` when the app counts as online, and again if its port responds only after that. */
export async function watch(
  running: Running,
  app: AppRecord,
  online: (host: string | undefined) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  void running.ended.then(() => over.abort());
  if (!app.exposedViaWeb) {
    await pause(ALIVE_MS, over.signal);
    if (!over.signal.aborted) await online(undefined);
    return;
  }
  const began = performance.now();
  for (let reported = false; !over.signal.aborted; ) {
    const host = await answeringHost(app.port);
    const silent = performance.now() - began > SILENT_WEB_MS;
    if (over.signal.aborted) return;
    if (host || (silent && !reported)) await online(host);
    if (host) return;
    reported = silent;
    await pause(silent ? 500 : PROBE_MS, over.signal);
  }
}

/** Ports that are reserved for an app, which may not listen on them yet. */
export class Ports {
  private readonly taken = new Set<number>();

  reserve(port: number): void {
    this.taken.add(port);
  }

  release(port: number): void {
    this.taken.delete(port);
  }

  /** A free port; `wanted` if it is free. */
  async free(wanted?: number): Promise<number> {
    if (wanted !== undefined && (await canListen(wanted)) !== undefined) return wanted;
    for (;;) {
      const port = await canListen(0);
      if (port === undefined) throw new Error("No free port is left on this machine.");
      if (this.taken.has(port)) continue;
      this.taken.add(port);
      return port;
    }
  }
}

function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}

/** The loopback address on which the port accepts connections; apps may listen on IPv6 only. */
export async function answeringHost(port: number): Promise<string | undefined> {
  for (const host of ["127.0.0.1", "::1"]) if (await answers(host, port)) return host;
  return undefined;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
