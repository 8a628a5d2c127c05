/** Owns the choice of ports for apps, and asks whether one answers. */
import { connect, createServer } from "node:net";

/** Ports that an app has been promised and may not listen on yet. */
export class Ports {
  private readonly taken = new Set<number>();

  reserve(port: number): void {
    this.taken.add(port);
  }

  release(port: number): void {
    this.taken.delete(port);
  }

  /** A free port; `wanted` when nobody listens there. */
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

/** The loopback address on which something answers at this port; apps may choose IPv6 alone. */
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
