/** Owns the command line: ready line, flags, signals, and what a kill leaves behind. */
import { strict as assert } from "node:assert";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { optionsFrom } from "../../emulator/flags";
import { endAll, ready, runCliIn } from "./support/cli";
import {
  create,
  createId,
  isRunning,
  settings,
  subdomain,
  until,
  upload,
  visit,
  WORKER,
} from "./support/client";
import { NODE_WEB, STUBBORN } from "./support/programs";

const onWeb = { exposedViaWeb: "true" };
describe("emulator: command line", () => {
  let data: string;
  let temporary: string;
  const runCli = (...args: string[]) => runCliIn(temporary, ...args);
  const temporaryFolders = () =>
    readdirSync(temporary).filter((name) => name.startsWith("camposcloud-emulator-"));

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), "emulator-cli-"));
    data = join(temporary, "data");
  });
  afterEach(async () => {
    await endAll();
    rmSync(temporary, { recursive: true, force: true });
  });

  const pidsOf = (id: string, count: number) =>
    until("the app's processes run", () => {
      const file = join(data, "apps", id, "files", "pids");
      const pids = existsSync(file) ? readFileSync(file, "utf8").trim().split(" ").map(Number) : [];
      return pids.length === count && pids;
    });

  it("prints one ready line on stdout, and on stderr a warning and the dashboard's URL with the key in its fragment", async () => {
    const run = runCli("--port", "0", "--token", "secret-key", "--write-window", "0");
    const { api } = await ready(run, "secret-key");
    await createId(api, WORKER);
    assert.match(run.stderr(), /Warning: apps sent to this emulator run on this machine as \S+/);
    run.child.kill("SIGTERM");
    assert.deepEqual(await run.ended, { code: 0, signal: null });
    assert.match(run.stdout(), /^CamposCloud emulator ready on http:\/\/127\.0\.0\.1:\d+\n$/);
    assert.match(run.stderr(), /^Dashboard: http:\/\/127\.0\.0\.1:\d+\/#token=secret-key$/m);
    assert.equal((run.stdout() + run.stderr()).split("secret-key").length, 2);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`stops every app on ${signal}, even if they ignore it, and removes its temporary folder`, async () => {
      const run = runCli("--port", "0", "--write-window", "0", "--requests-per-minute", "0");
      const { api, port } = await ready(run);
      const id = await createId(api, NODE_WEB, onWeb);
      const stubborn = await createId(api, STUBBORN);
      const pids = await until("the stubborn ones run", async () => {
        const { data: file } = await api.get(`/v1/apps/${stubborn}/files?path=/pids`);
        const found = String(file.content).trim().split(" ").map(Number);
        return found.length === 4 && found;
      });
      const host = await subdomain(api, id);
      const page = await until("it answers", async () => {
        const answer = await visit(port, host);
        return answer.status === 200 && answer;
      });
      run.child.kill(signal);
      assert.deepEqual(await run.ended, { code: 0, signal: null });
      assert.deepEqual([JSON.parse(page.text).pid, ...pids].filter(isRunning), []);
      assert.deepEqual(temporaryFolders(), []);
    });
  }

  it("accepts all flags in its help", async () => {
    const help = runCli("--help");
    await help.ended;
    for (const flag of [
      "--port",
      "--data",
      "--token",
      "--write-window",
      "--latency",
      "--boot",
      "--no-run",
      "--shape",
    ]) {
      assert.ok(help.stdout().includes(flag), flag);
    }
    const run = runCli(
      "--port",
      "0",
      "--no-run",
      "--latency",
      "50",
      "--boot",
      "1",
      "--write-window",
      "60",
      "--shape",
      "seed",
      "--variant",
      "user=bare",
    );
    const { api } = await ready(run);
    const began = performance.now();
    const made = await create(api, WORKER);
    assert.ok(performance.now() - began >= 49);
    assert.deepEqual([made.status, made.headers["x-ratelimit-reset"]], [201, "60"]);
    assert.equal((await api.get(`/v1/apps/${made.data._id}`)).data.currentResourceMetrics.online, false);
    assert.equal((await create(api, WORKER)).status, 429);
    assert.equal((await api.get("/v1/users/@me")).data.name, "Emulator");
    assert.doesNotMatch(run.stderr(), /Warning/);
  });

  it("reports invalid flags in one line", async () => {
    for (const args of [
      ["--port", "x"],
      ["--port", "70000"],
      ["--port", "1.5"],
      ["--latency", "-1"],
      ["--shape", "round"],
      ["--team", ""],
      ["--team", "a", "--team", "a"],
      ["--variant", "odd=1"],
      ["--variant", "user=odd"],
      ["--unknown"],
      ["word"],
    ]) {
      assert.throws(() => optionsFrom(args), /^(Type)?Error.*: .+/, args.join(" "));
    }
    const run = runCli("--port", "70000", "--no-run");
    const { code } = await run.ended;
    assert.deepEqual([code, run.stdout()], [1, ""]);
    assert.equal(run.stderr(), "camposcloud-emulator: --port must be a whole number from 0 to 65535.\n");
  });

  it("creates teams by name, and prints the same ids each time", async () => {
    const teams = ["--team", "Bot makers", "--team", "Second"];
    const run = runCli("--port", "0", "--no-run", ...teams);
    const { api } = await ready(run);
    const printed = [...run.stderr().matchAll(/^Team "(.+)": ([0-9a-f]{24})$/gm)];
    assert.deepEqual(
      printed.map(([, name]) => name),
      ["Bot makers", "Second"],
    );
    const made = await create(api, WORKER, { team: printed[0]?.[2] });
    assert.deepEqual([made.status, made.data.teamId], [201, printed[0]?.[2]]);
    const again = runCli("--port", "0", "--no-run", ...teams);
    await ready(again);
    assert.ok(again.stderr().includes(printed[1]?.[0] ?? "nothing was printed"));
  });

  it("reports a port that is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => server.once("listening", done));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const run = runCli("--port", String(port));
    const { code } = await run.ended;
    server.close();
    assert.equal(code, 1);
    assert.match(run.stderr(), new RegExp(`camposcloud-emulator: Port ${port} is taken`));
  });

  it("keeps apps, settings and files in its data folder", async () => {
    const first = runCli("--port", "0", "--data", data, "--write-window", "0");
    const { api } = await ready(first);
    const id = await createId(api, NODE_WEB, onWeb);
    const stopped = await createId(api, WORKER, { appName: "stopped" });
    await api.post(`/v1/apps/${stopped}/stop`);
    await upload(api, id, { "extra.txt": "extra" });
    await api.post(
      `/v1/apps/${id}/update`,
      settings({ memoryMB: 300, exposedViaWeb: true, environmentVariables: [{ key: "A", value: "1" }] }),
    );
    const host = await subdomain(api, id);
    const saved = (await api.get(`/v1/apps/${id}`)).data;
    first.child.kill("SIGTERM");
    await first.ended;
    const second = runCli("--port", "0", "--data", data, "--write-window", "0");
    const again = await ready(second);
    const read = (await again.api.get(`/v1/apps/${id}`)).data;
    assert.deepEqual(
      { ...read, currentResourceMetrics: 0, externalPort: 0 },
      { ...saved, currentResourceMetrics: 0, externalPort: 0 },
    );
    assert.equal((await again.api.get(`/v1/apps/${id}/files?path=/extra.txt`)).data.content, "extra");
    await until("the app runs again", async () => (await visit(again.port, host)).status === 200);
    assert.equal((await again.api.get(`/v1/apps/${stopped}`)).data.currentResourceMetrics.online, false);
  });

  it("loses no acknowledged change in a kill, and ends orphaned processes at its next start", async () => {
    const first = runCli("--port", "0", "--data", data, "--write-window", "0");
    const { api } = await ready(first);
    const stubborn = await createId(api, STUBBORN);
    const orphans = await pidsOf(stubborn, 4);
    const acknowledged: string[] = [stubborn];
    const creating = (async () => {
      for (;;)
        acknowledged.push(
          await createId(
            api,
            { ...WORKER, "mark.txt": String(acknowledged.length) },
            { startupCommand: "sleep 999" },
          ),
        );
    })().catch(() => {});
    await until("some were created", () => acknowledged.length >= 6);
    first.child.kill("SIGKILL");
    await Promise.all([first.ended, creating]);
    assert.deepEqual(orphans.map(isRunning), [true, true, true, true]);
    const second = runCli("--port", "0", "--data", data, "--write-window", "0", "--no-run");
    const again = await ready(second);
    assert.deepEqual(orphans.map(isRunning), [false, false, false, false]);
    const found = (await again.api.get("/v1/apps")).data.applications.map(({ _id }: { _id: string }) => _id);
    assert.deepEqual(
      acknowledged.filter((id) => !found.includes(id)),
      [],
    );
    for (const [index, id] of acknowledged.entries()) {
      if (index === 0) continue;
      assert.equal((await again.api.get(`/v1/apps/${id}/files?path=/mark.txt`)).data.content, String(index));
    }
    assert.match(second.stderr(), /left over from a killed emulator/);
  });

  it("cleans up after a killed emulator with a temporary folder", async () => {
    const first = runCli("--port", "0", "--write-window", "0");
    const { api } = await ready(first);
    const id = await createId(api, STUBBORN);
    const [folder] = temporaryFolders();
    data = join(temporary, folder ?? "");
    const orphans = await pidsOf(id, 4);
    first.child.kill("SIGKILL");
    await first.ended;
    await ready(runCli("--port", "0"));
    assert.deepEqual([existsSync(data), ...orphans.map(isRunning)], [false, false, false, false, false]);
  });

  it("never ends another process that reuses a pid", async () => {
    const first = runCli("--port", "0", "--data", data, "--write-window", "0");
    const { api } = await ready(first);
    const id = await createId(api, WORKER);
    const file = join(data, "apps", id, "process.json");
    const saved = await until(
      "the process is noted",
      () => existsSync(file) && JSON.parse(readFileSync(file, "utf8")),
    );
    first.child.kill("SIGKILL");
    await first.ended;
    process.kill(saved.pid, "SIGKILL");
    const { writeFileSync } = await import("node:fs");
    // As if the machine had given the old number to this very test.
    writeFileSync(file, JSON.stringify({ ...saved, pid: process.pid }));
    await ready(runCli("--port", "0", "--data", data, "--no-run"));
    assert.equal(existsSync(file), false);
  });

  it("refuses a data folder that another emulator uses", async () => {
    const first = runCli("--port", "0", "--data", data);
    await ready(first);
    const second = runCli("--port", "0", "--data", data);
    assert.equal((await second.ended).code, 1);
    assert.match(second.stderr(), new RegExp(`is used by the emulator with pid ${first.child.pid}`));
  });
});
