/** Owns access control: only this machine under its own names, no pages of other origins, and the API key for the API. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const OWN_NAMES = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Why a request is refused. Host reveals DNS rebinding, Origin a page of another origin. */
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
  // The body is read to its end, so that the client sees the response instead of a broken pipe.
  response.req.resume();
  response.writeHead(403, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: "Forbidden", message }));
}

/** Some clients offer HTTP/2 with their first request; Node then no longer parses what follows, so it cannot be answered as usual. */
export function refuseUpgrade(socket: Socket): void {
  const error = "Bad request";
  const message = "Only web apps take an Upgrade header; send the request to the API without it.";
  const body = JSON.stringify({ error, message });
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Compares digests in constant time, so that timing reveals nothing about the key. */
export function isToken(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const given = /^Bearer +(.+)$/i.exec(header ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}
