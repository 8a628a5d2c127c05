/** Owns who may talk to the emulator at all: only this machine by its own names, and no foreign web page. */
import type { IncomingMessage, ServerResponse } from "node:http";

const OWN_NAMES = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Why the request is refused, if it is. A rebound DNS name shows in Host, a foreign page in Origin. */
export function objection({ headers }: IncomingMessage): string | undefined {
  const { host = "", origin } = headers;
  if (!OWN_NAMES.test(host))
    return `The host ${JSON.stringify(host)} is not served here; use 127.0.0.1 or localhost.`;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return `Pages of ${JSON.stringify(origin)} may not use the emulator.`;
  }
  return undefined;
}

export function refuse(message: string, response: ServerResponse): void {
  // Reading the body to its end lets the client see the answer instead of a broken pipe.
  response.req.resume();
  response.writeHead(403, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: "Forbidden", message }));
}
