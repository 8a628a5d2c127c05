/** Owns who may talk to the emulator: only this machine by its own names, no foreign web page, and for the API whoever has the key. */

import { createHash, timingSafeEqual } from "node:crypto";
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

/** Compares digests, so that the time taken tells nothing about the key. */
export function isToken(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const given = /^Bearer +(.+)$/i.exec(header ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}
