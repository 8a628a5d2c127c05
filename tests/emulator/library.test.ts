/** Owns the emulator as a library: several in one process, inspection, and an end that leaves nothing. */
import { strict as assert } from "node:assert";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../emulator";
import {
  bench,
  clientOf,
  closeAll,
  create,
  createId,
  isRunning,
  online,
  subdomain,
  until,
  visit,
  WEB,
  WORKER,
} from "./support/client";
import { NODE_WEB } from "./support/programs";

describe("emulator: library", () => {
  const usual = process.env["TMPDIR"];
  let temporary: string;
  const temporaryFolders = () =>
    readdirSync(temporary).filter((name) => name.startsWith("camposcloud-emulator-"));

  beforeEach(() => {
    // A place of its own, so that the folders of other tests are not taken for leftovers.
    temporary = mkdtempSync(join(tmpdir(), "emulator-library-"));
    process.env["TMPDIR"] = temporary;
  });
  afterEach(async () => {
    await closeAll();
    rmSync(temporary, { recursive: true });
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
  });

  it("ignores links among temporary folders that look like those of a killed emulator", async function () {
    if (process.platform === "win32") return this.skip();
    const kept = join(temporary, "kept");
    mkdirSync(kept);
    writeFileSync(join(kept, "emulator.json"), "{}");
    symlinkSync(kept, join(temporary, "camposcloud-emulator-link"));
    symlinkSync("camposcloud-emulator-loop", join(temporary, "camposcloud-emulator-loop"));
    await bench({ run: false });
    assert.equal(existsSync(join(temporary, "camposcloud-emulator-link")), true);
  });

  it("runs several emulators at once, each with its own key, apps and limits", async () => {
    const [one, two] = await Promise.all([
      bench({ token: "one", writeWindowSeconds: 60 }),
      bench({ token: "two", writeWindowSeconds: 60 }),
    ]);
    assert.notEqual(one.emulator.url, two.emulator.url);
    const ids = [
      await createId(one.api, WEB, { exposedViaWeb: "true" }),
      await createId(two.api, WEB, { exposedViaWeb: "true" }),
    ];
    await Promise.all([online(one, ids[0] ?? ""), online(two, ids[1] ?? "")]);
    assert.deepEqual(
      one.emulator.apps().map(({ _id }) => _id),
      [ids[0]],
    );
    assert.equal((await clientOf({ url: one.emulator.url, token: "two" }).get("/v1/apps")).status, 401);
    assert.equal((await visit(two.emulator.port, await subdomain(one.api, ids[0] ?? ""))).status, 404);
    await one.emulator.close();
    assert.equal((await visit(two.emulator.port, await subdomain(two.api, ids[1] ?? ""))).status, 200);
  });

  it("leaves no process, no folder and no open port, whatever was in progress", async () => {
    const table = await bench();
    const { api, emulator } = table;
    const id = await createId(api, NODE_WEB, { exposedViaWeb: "true" });
    await online(table, id);
    const host = await subdomain(api, id);
    const { pid } = JSON.parse((await visit(emulator.port, host)).text);
    const half = create(api, { ...WORKER, "big.bin": Buffer.alloc(3_000_000, "x") }).catch(() => "cut off");
    await Promise.all([emulator.close(), emulator.close(), half]);
    assert.equal(isRunning(pid), false);
    await assert.rejects(visit(emulator.port, host), { code: "ECONNREFUSED" });
    assert.deepEqual(temporaryFolders(), []);
  });

  it("stops immediately, even with delayed responses", async () => {
    const { api, emulator } = await bench({ run: false });
    emulator.fault({ delayMs: 600_000 });
    const slow = create(api, WORKER).catch(() => "cut off");
    await until("the request is under way", () => emulator.requests().length === 1);
    await emulator.close();
    assert.equal(await slow, "cut off");
    assert.deepEqual(temporaryFolders(), []);
  });

  it("reports a damaged record in a data folder, and ignores other files", async () => {
    const data = join(temporary, "data");
    mkdirSync(join(data, "apps", "stray"), { recursive: true });
    writeFileSync(join(data, "apps", ".DS_Store"), "");
    assert.deepEqual((await bench({ data })).emulator.apps(), []);
    await closeAll();
    for (const text of ["{ cut", "", "null", "{}"]) {
      writeFileSync(join(data, "apps", "stray", "app.json"), text);
      await assert.rejects(startEmulator({ data }), /app\.json is damaged/);
    }
    rmSync(join(data, "apps", "stray"), { recursive: true });
    assert.deepEqual((await bench({ data })).emulator.apps(), []);
  });

  it("keeps a data folder and unlocks it", async () => {
    const data = join(temporary, "data");
    const first = await bench({ data });
    const id = await createId(first.api, WORKER);
    await until("it runs", () => first.emulator.log(id).includes("at work"));
    await assert.rejects(startEmulator({ data }), /is used by the emulator with pid/);
    await first.emulator.close();
    const second = await bench({ data });
    assert.deepEqual(
      second.emulator.apps().map(({ _id }) => _id),
      [id],
    );
    await until("it runs again", () => second.emulator.log(id).split("at work").length === 3);
    await second.emulator.close();
    assert.equal(existsSync(join(data, "apps", id)), true);
  });

  it("reports a port that is taken in one sentence, and leaves nothing behind", async () => {
    const { emulator } = await bench();
    await assert.rejects(startEmulator({ port: emulator.port }), {
      message: `Port ${emulator.port} is taken; choose another or 0.`,
    });
    await emulator.close();
    assert.deepEqual(temporaryFolders(), []);
  });

  it("shows its user every field of all apps, including the values of variables", async () => {
    const { api, emulator } = await bench({ run: false });
    await create(api, WORKER, { environmentVariables: '[{"key":"A","value":"1"}]' });
    const [app] = emulator.apps();
    assert.deepEqual(
      app?.environmentVariables?.map(({ key, value }) => [key, value]),
      [["A", "1"]],
    );
    assert.equal(emulator.log("unknown"), "");
  });

  it("handles two hundred apps and two thousand reads by fifty parallel clients", async function () {
    this.timeout(400_000);
    const { api, emulator } = await bench({ run: false, requestsPerMinute: 0 });
    const ids: string[] = [];
    for (let index = 0; index < 200; index += 1)
      ids.push(await createId(api, WORKER, { appName: `app ${index}` }));
    const statuses = new Map<number, number>();
    const reader = async (offset: number) => {
      for (let index = 0; index < 40; index += 1) {
        const { status } = await api.get(`/v1/apps/${ids[(index + offset) % 200]}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => reader(index)));
    assert.deepEqual([...statuses], [[200, 2000]]);
    assert.equal((await api.get("/v1/apps?limit=100&page=2")).data.applications.length, 100);
    assert.equal(emulator.apps().length, 200);
  });
});
