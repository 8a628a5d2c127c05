/** The requests of each method, and how it decodes responses, with a scripted transport. */
import { strict as assert } from "node:assert";
import { Client } from "../../../provider/api/client";
import { type EndpointName, endpoints, pathOf } from "../../../provider/api/endpoints";
import { ApiError, type ApiErrorKind } from "../../../provider/api/errors";
import type { ApiResponse } from "../../../provider/api/http";
import type { RequestOptions, Send } from "../../../provider/api/request";

interface Asked extends Omit<RequestOptions<unknown>, "decode"> {
  name: EndpointName;
}

/** Responds to each request with the next body; a kind becomes an error of that kind. */
function scripted(...bodies: (unknown | { fails: ApiErrorKind })[]) {
  const asked: Asked[] = [];
  const send: Send = async (name, { decode, ...options }) => {
    asked.push({ name, ...options });
    const body = bodies.shift();
    const endpoint = endpoints[name];
    const attempt = { method: endpoint.method, path: pathOf(endpoint, options.id) };
    const failure = (kind: ApiErrorKind) =>
      new ApiError(kind, { kind, ...attempt, maybeApplied: false, transient: false });
    if (typeof body === "object" && body !== null && "fails" in body)
      throw failure(body.fails as ApiErrorKind);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const result = decode.read({ status: 200, text } as ApiResponse);
    if (result === undefined) throw failure("protocol");
    return result;
  };
  return { asked, client: new Client(send) };
}

const file = { size: 3, open: () => process.stdin };

describe("the client", () => {
  it("requests a page of a team's apps", async () => {
    const { asked, client } = scripted({ applications: [{ _id: "1" }], pagination: { hasNextPage: true } });
    const page = await client.listApps({ teamId: "crew", page: 2 });
    assert.deepEqual(asked, [{ name: "listApps", query: { page: "2", limit: "100", team: "crew" } }]);
    assert.deepEqual(page, { apps: [{ id: "1" }], hasNextPage: true });
  });

  it("sends settings as a form in a create and as JSON in an update", async () => {
    const { asked, client } = scripted({ _id: "1" }, { _id: "1" });
    const fields = {
      appName: "bot",
      memoryMB: 256,
      runtimeEnvironment: "nodejs",
      exposedViaWeb: false,
      autoRestartEnabled: true,
      environmentVariables: { B: "2", A: "1" },
    };
    await client.createApp({ ...fields, mainFile: "index.js" }, file);
    await client.updateApp("1", fields);
    assert.deepEqual(asked[0]?.form?.fields["memoryMB"], "256");
    assert.equal(
      asked[0]?.form?.fields["environmentVariables"],
      '[{"key":"A","value":"1"},{"key":"B","value":"2"}]',
    );
    assert.equal(asked[1]?.id, "1");
    assert.deepEqual(asked[1]?.json, {
      ...fields,
      environmentVariables: [
        { key: "A", value: "1" },
        { key: "B", value: "2" },
      ],
    });
  });

  it("rejects a response about an app without its id", async () => {
    for (const method of ["getApp", "startApp", "stopApp", "restartApp"] as const) {
      await assert.rejects(scripted({ name: "x" }).client[method]("1"), /protocol/);
      assert.equal((await scripted({ app: { _id: "1" } }).client[method]("1")).id, "1");
    }
  });

  it("uploads to the app's root", async () => {
    const { asked, client } = scripted({ message: "uploaded" });
    await client.uploadFiles("1", file);
    assert.deepEqual(
      asked.map(({ name, id, query }) => ({ name, id, query })),
      [{ name: "uploadFiles", id: "1", query: { path: "/" } }],
    );
  });

  it("reads files, and returns undefined for a missing one", async () => {
    assert.equal(await scripted({ content: "text" }).client.fileText("1", "/a"), "text");
    const missing = scripted({ fails: "notFound" }, { fails: "notFound" });
    assert.equal(await missing.client.fileText("1", "/a"), undefined);
    assert.equal(await scripted({ fails: "notFound" }).client.folder("1", "/"), undefined);
    await assert.rejects(scripted({ fails: "server" }).client.folder("1", "/"), /server/);
    const entries = await scripted({ files: [{ name: "a", isDirectory: true }, 5] }).client.folder("1", "/");
    assert.deepEqual(entries, [{ name: "a", isDirectory: true, size: undefined }]);
  });
});
