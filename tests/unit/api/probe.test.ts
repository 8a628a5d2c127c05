/** The request to an app's public URL. */
import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { probe } from "../../../provider/api/probe";

describe("probe", () => {
  let server: Server;
  let url: string;
  before(async () => {
    server = createServer((_request, response) => response.writeHead(503).end("<h1>busy</h1>"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(() => server.close());

  const { signal } = new AbortController();

  it("returns the status and the text of a failure", async () => {
    assert.deepEqual(await probe(url, { timeoutMs: 30_000, signal }), { status: 503, text: "busy" });
  });

  it("waits for a response although the time is longer than a timer can be", async () => {
    assert.deepEqual(await probe(url, { timeoutMs: 1e13, signal }), { status: 503, text: "busy" });
    assert.deepEqual(await probe(url, { timeoutMs: 2 ** 31, signal }), { status: 503, text: "busy" });
  });
});
