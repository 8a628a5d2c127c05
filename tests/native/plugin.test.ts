/** The plugin itself: how it starts and refuses to, its bundle in a fresh home, and calls that no engine would make. */
import { strict as assert } from "node:assert";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { openBench, serverSource } from "../support/campos-stack";
import { hostEnvironment, pluginFolder, root } from "../support/native-stack";

const launcher = join(pluginFolder, "pulumi-resource-camposcloud");

describe("the native plugin", function () {
  this.timeout(300_000);

  it("reports a missing or outdated Node.js instead of its port", () => {
    const empty = mkdtempSync(join(tmpdir(), "campos-no-node-"));
    try {
      const run = (path: string) =>
        spawnSync("/bin/sh", [launcher], { env: { PATH: path }, encoding: "utf8" });
      const without = run(empty);
      assert.match(without.stdout, /needs Node\.js 20 or newer.*no node on the PATH/);
      assert.equal(without.status, 1);
      const old = `Object.defineProperty(process.versions,"node",{value:"18.0.0"})`;
      writeFileSync(join(empty, "old.js"), old);
      writeFileSync(
        join(empty, "node"),
        `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} -r ${JSON.stringify(join(empty, "old.js"))} "$@"\n`,
        { mode: 0o755 },
      );
      const outdated = run(empty);
      assert.match(outdated.stdout, /needs Node\.js 20 or newer; the node on the PATH is 18\.0\.0/);
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });

  it("responds to calls with any content and keeps running", async () => {
    const child = spawn(launcher, [], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const [port] = (await once(child.stdout, "data")) as [Buffer];
      const address = `127.0.0.1:${String(port).trim()}`;
      const client = new ResourceProviderClient(address, credentials.createInsecure());
      const odd = [
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        null,
        5,
        [],
        {},
        "text",
        { "4dabf18193072939515e22adb298388d": "?" },
      ];
      const whole = {
        source: "./x",
        appName: "a",
        mainFile: "m",
        memoryMB: 1,
        environmentVariables: { A: "1" },
        deployment: {},
      };
      const urn = "urn:pulumi:dev::shop::camposcloud:index:App::web";
      const outcome = (call: (done: (error: unknown, answer: unknown) => void) => void) =>
        new Promise<string>((resolve) =>
          call((error) => resolve(error ? String((error as Error).message) : "")),
        );
      for (const value of odd) {
        for (const name of Object.keys(whole)) {
          const values = Struct.fromJavaScript({ ...whole, [name]: value } as never);
          const check = new messages.CheckRequest().setUrn(urn).setNews(values);
          const diff = new messages.DiffRequest()
            .setId("x")
            .setOlds(values)
            .setNews(Struct.fromJavaScript(whole as never));
          const create = new messages.CreateRequest().setUrn(urn).setProperties(values).setPreview(true);
          const update = new messages.UpdateRequest()
            .setUrn(urn)
            .setOlds(values)
            .setNews(values)
            .setPreview(true);
          for (const message of [
            await outcome((done) => client.check(check, done)),
            await outcome((done) => client.diff(diff, done)),
            await outcome((done) => client.create(create, done)),
            await outcome((done) => client.update(update, done)),
          ])
            assert.doesNotMatch(
              message,
              /Bug in|mistake in|UNAVAILABLE/,
              `${name}: ${JSON.stringify(value)}`,
            );
        }
      }
      for (const call of [
        (done: never) => client.check(new messages.CheckRequest(), done),
        (done: never) => client.diff(new messages.DiffRequest(), done),
        (done: never) => client.read(new messages.ReadRequest(), done),
        (done: never) => client.delete(new messages.DeleteRequest(), done),
        (done: never) => client.invoke(new messages.InvokeRequest().setTok("x:y:toString"), done),
        (done: never) => client.configure(new messages.ConfigureRequest(), done),
      ])
        assert.doesNotMatch(await outcome(call as never), /UNAVAILABLE/);
      client.close();
      assert.equal(child.exitCode, null);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("ends an operation when the time is up that the engine allows for it", async () => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const settings = { CAMPOSCLOUD_TOKEN: "a-token", CAMPOSCLOUD_BASE_URL: `http://127.0.0.1:${port}` };
    const child = spawn(launcher, [], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, ...settings },
    });
    try {
      const [line] = (await once(child.stdout, "data")) as [Buffer];
      const client = new ResourceProviderClient(
        `127.0.0.1:${String(line).trim()}`,
        credentials.createInsecure(),
      );
      const id = "64f0c2d3e4b5a69788000123";
      const urn = "urn:pulumi:dev::shop::camposcloud:index:App::web";
      const olds = Struct.fromJavaScript({ appName: "web", memoryMB: 256, mainFile: "index.js" });
      const news = Struct.fromJavaScript({ appName: "web", memoryMB: 512, mainFile: "index.js" });
      const update = new messages.UpdateRequest().setId(id).setUrn(urn).setOlds(olds).setNews(news);
      const remove = new messages.DeleteRequest().setId(id).setUrn(urn).setProperties(olds);
      const [updated, deleted] = await Promise.all([
        new Promise((done) => client.update(update.setTimeout(3), done)),
        new Promise((done) => client.delete(remove.setTimeout(3), done)),
      ]);
      // Without a limit a request waits for its answer for a minute.
      for (const error of [updated, deleted])
        assert.match(String(error), /took longer than [123] s|within [123] s/);
      client.close();
    } finally {
      child.kill("SIGKILL");
      server.closeAllConnections();
      server.close();
    }
  });

  it("can be installed from its bundle over http into an empty home folder", async () => {
    const dir = mkdtempSync(join(tmpdir(), "campos-bundle-"));
    execFileSync(process.execPath, [join(root, "scripts/bundle.mjs"), dir], { stdio: "pipe" });
    const bundles = readdirSync(dir);
    assert.equal(bundles.length, 6);
    for (const name of bundles) assert.ok(statSync(join(dir, name)).size < 1_000_000, name);
    const server = createServer((request, response) => {
      const name =
        decodeURIComponent(request.url ?? "")
          .split("/")
          .at(-1) ?? "";
      if (!bundles.includes(name)) return void response.writeHead(404).end();
      response.end(readFileSync(join(dir, name)));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    const program = [
      "name: shop",
      "runtime: yaml",
      "resources:",
      "  web:",
      "    type: camposcloud:App",
      "    properties: { source: ./app, mainFile: index.js, runtimeEnvironment: nodejs, memoryMB: 256 }",
      "",
    ].join("\n");
    const bench = await openBench({
      emulator: { run: false },
      files: { "Pulumi.yaml": program, "app/index.js": serverSource, "app/large.bin": "x".repeat(3_000_000) },
      env: { ...(await hostEnvironment("yaml")), PULUMI_DISABLE_REGISTRY_RESOLVE: "true" },
    });
    try {
      await bench.stack.must(
        "plugin",
        "install",
        "resource",
        "camposcloud",
        `v${version}`,
        "--server",
        `http://127.0.0.1:${port}`,
      );
      const run = await bench.stack.up();
      assert.equal(run.code, 0, run.text);
      assert.equal(bench.emulator.apps().length, 1);
    } finally {
      await bench.close();
      server.close();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
