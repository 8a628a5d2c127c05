/** Owns the refusals: what is checked, and that each error has its status, its body and no effect. */
import { strict as assert } from "node:assert";
import FormData from "form-data";
import {
  type Bench,
  bench,
  type CreateFields,
  closeAll,
  conforms,
  createId,
  formOf,
  settings,
  visit,
  WORKER,
  zipOf,
} from "./support/client";
import { SCHEMAS } from "./support/schemas";

const CREATE: Record<string, CreateFields> = {
  "no name": { appName: undefined },
  "an empty name": { appName: "  " },
  "no main file": { mainFile: undefined },
  "a main file that is not in the zip": { mainFile: "main.js" },
  "N/A without a command": { mainFile: "N/A" },
  "no memory": { memoryMB: undefined },
  "memory that is no number": { memoryMB: "lots" },
  "memory with a fraction": { memoryMB: "256.5" },
  "memory of nothing": { memoryMB: "0" },
  "memory in another notation": { memoryMB: "1e3" },
  "no runtime": { runtimeEnvironment: undefined },
  "an unknown runtime": { runtimeEnvironment: "bun" },
  "a switch that is neither": { exposedViaWeb: "yes" },
  "another switch that is neither": { autoRestartEnabled: "1" },
  "variables that are no JSON": { environmentVariables: "A=1" },
  "variables that are no list": { environmentVariables: '{"A":"1"}' },
  "a variable without a value": { environmentVariables: '[{"key":"A"}]' },
  "a variable that is no text": { environmentVariables: '[{"key":"A","value":1}]' },
  "a variable without a name": { environmentVariables: '[{"key":"","value":"1"}]' },
  "a variable with an equals sign": { environmentVariables: '[{"key":"A=B","value":"1"}]' },
  "a variable twice": { environmentVariables: '[{"key":"A","value":"1"},{"key":"A","value":"2"}]' },
  "an unknown team": { team: "65a1f0c2d3e4b5a6978800ff" },
  "two different teams": { team: "65a1f0c2d3e4b5a6978800aa", teamId: "65a1f0c2d3e4b5a6978800ab" },
};

const UPDATE: Record<string, unknown> = {
  "no name": settings({ appName: undefined }),
  "an empty name": settings({ appName: "" }),
  "a name that is no text": settings({ appName: 1 }),
  "no memory": settings({ memoryMB: undefined }),
  "memory as text": settings({ memoryMB: "256" }),
  "memory of nothing": settings({ memoryMB: 0 }),
  "no runtime": settings({ runtimeEnvironment: undefined }),
  "an unknown runtime": settings({ runtimeEnvironment: "bun" }),
  "a switch as text": settings({ exposedViaWeb: "true" }),
  "another switch that is none": settings({ autoRestartEnabled: null }),
  "a command that is no text": settings({ startupCommand: 1 }),
  "variables as text": settings({ environmentVariables: "[]" }),
  "a variable that is no pair": settings({ environmentVariables: ["A"] }),
  "a list": [settings()],
  "broken JSON": "{",
};

async function refused(
  { emulator, api }: Bench,
  call: Promise<{ status: number; data: unknown }>,
  status: number,
) {
  const before = emulator.apps();
  const answer = await call;
  assert.equal(answer.status, status, JSON.stringify(answer.data));
  conforms(answer.data, SCHEMAS.error);
  assert.equal(emulator.apps().length, before.length);
  assert.equal((await api.get("/v1/users/@me")).status, 200);
}

describe("emulator: refusals", () => {
  afterEach(closeAll);

  it("refuses each invalid create with 400", async () => {
    const table = await bench({
      run: false,
      requestsPerMinute: 0,
      teams: [{ _id: "65a1f0c2d3e4b5a6978800aa", name: "Team" }],
    });
    for (const fields of Object.values(CREATE)) {
      await refused(table, table.api.post("/v1/apps/create", await formOf(WORKER, fields)), 400);
    }
    for (const file of [undefined, Buffer.from("no zip"), Buffer.alloc(0)]) {
      await refused(table, table.api.post("/v1/apps/create", await formOf(file)), 400);
    }
    await refused(table, table.api.post("/v1/apps/create", { appName: "json" }), 400);
    assert.deepEqual(table.emulator.apps(), []);
  });

  it("names the invalid field", async () => {
    const { api } = await bench({ run: false });
    const { data } = await api.post("/v1/apps/create", await formOf(WORKER, { memoryMB: "lots" }));
    assert.deepEqual(data, {
      error: "Bad request",
      message: "memoryMB must be a whole number of megabytes, 1 or more.",
    });
    const value = JSON.stringify([{ key: "A", value: "x".repeat(2 * 1024 ** 2) }]);
    const large = await api.post("/v1/apps/create", await formOf(WORKER, { environmentVariables: value }));
    assert.deepEqual(large.data, {
      error: "Bad request",
      message: 'The field "environmentVariables" is larger than 1048576 bytes.',
    });
  });

  it("accepts a zip without a file name, and fields after it", async () => {
    const { api } = await bench({ run: false });
    const form = new FormData();
    form.append("file", await zipOf(WORKER), { contentType: "application/zip" });
    for (const [field, value] of Object.entries({ appName: "a", mainFile: "index.js", memoryMB: "256" }))
      form.append(field, value);
    form.append("runtimeEnvironment", "nodejs");
    assert.equal((await api.post("/v1/apps/create", form)).status, 201);
  });

  it("accepts a main file written with ./ and N/A with a command", async () => {
    const { api } = await bench({ run: false });
    await createId(api, { "src/a.js": "" }, { mainFile: "./src/a.js" });
    await createId(api, { "a.txt": "" }, { mainFile: "N/A", startupCommand: "node -v" });
  });

  it("refuses each invalid update with 400 and changes nothing", async () => {
    const table = await bench({ run: false, requestsPerMinute: 0 });
    const id = await createId(table.api, WORKER);
    const before = (await table.api.get(`/v1/apps/${id}`)).data;
    for (const body of Object.values(UPDATE)) {
      const call = table.api.post(`/v1/apps/${id}/update`, body, {
        headers: { "content-type": "application/json" },
      });
      await refused(table, call, 400);
    }
    const after = (await table.api.get(`/v1/apps/${id}`)).data;
    assert.deepEqual({ ...after, currentResourceMetrics: 0 }, { ...before, currentResourceMetrics: 0 });
  });

  it("responds with 404 for an unknown app, team or path", async () => {
    const table = await bench({ run: false });
    const app = "/v1/apps/65a1f0c2d3e4b5a6978800ff";
    const calls: [string, string][] = [
      ["get", app],
      ["post", `${app}/update`],
      ["post", `${app}/start`],
      ["post", `${app}/stop`],
      ["post", `${app}/restart`],
      ["delete", `${app}/delete`],
      ["get", `${app}/files`],
      ["delete", `${app}/files`],
      ["post", `${app}/upload`],
      ["get", `${app}/download?path=/a`],
      ["get", "/v1/teams/65a1f0c2d3e4b5a6978800ff"],
      ["get", "/v1/nothing"],
      ["get", "/v1/applications"],
      ["get", "/apps"],
    ];
    for (const [method, url] of calls) await refused(table, table.api.request({ method, url }), 404);
  });

  it("responds with 405 for a method that a path does not have", async () => {
    const table = await bench({ run: false });
    const id = await createId(table.api, WORKER);
    await refused(table, table.api.put(`/v1/apps/${id}/update`, settings()), 405);
  });

  it("responds with 400 for invalid page numbers", async () => {
    const table = await bench({ run: false });
    for (const query of ["limit=0", "limit=x", "page=-1", "page=1.5"]) {
      await refused(table, table.api.get(`/v1/apps?${query}`), 400);
    }
  });

  it("responds with 401 without the key, with a wrong one and with another scheme, before anything else", async () => {
    const table = await bench({ run: false, token: "right" });
    for (const Authorization of ["", "Bearer wrong", "Basic right", "right", "Bearer "]) {
      for (const url of ["/v1/users/@me", "/v1/apps", "/v1/nothing"]) {
        await refused(table, table.api.get(url, { headers: { Authorization } }), 401);
      }
    }
    const big = await formOf({
      "index.js": "",
      "big.bin": Buffer.alloc(20 * 1024 * 1024, Math.random().toString()),
    });
    const answer = await table.api.post("/v1/apps/create", big, {
      headers: { ...big.getHeaders(), Authorization: "Bearer wrong" },
    });
    assert.equal(answer.status, 401);
  });

  it("refuses other hosts and pages of other origins", async () => {
    const { emulator, api } = await bench({ run: false });
    const authorization = { authorization: `Bearer ${emulator.token}` };
    for (const host of [
      "evil.example",
      `evil.example:${emulator.port}`,
      "127.0.0.1.evil.example",
      "localhost.evil.example",
    ]) {
      assert.equal(
        (await visit(emulator.port, host, { path: "/v1/apps", headers: authorization })).status,
        403,
      );
    }
    for (const host of [`localhost:${emulator.port}`, "127.0.0.1"]) {
      assert.equal(
        (await visit(emulator.port, host, { path: "/v1/apps", headers: authorization })).status,
        200,
      );
    }
    for (const Origin of ["http://evil.example", "null", `http://app.localhost:${emulator.port}`]) {
      assert.equal(
        (await api.post("/v1/apps/create", await formOf(WORKER), { headers: { Origin } })).status,
        403,
      );
    }
    assert.equal((await api.get("/v1/apps", { headers: { Origin: emulator.url } })).status, 200);
  });
});
