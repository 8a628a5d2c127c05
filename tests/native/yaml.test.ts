/** The native plugin in YAML on the real engine: one app's life, previews, failures, import, accounts and functions. */
import { strict as assert } from "node:assert";
import { resolve } from "node:path";
import { startEmulator } from "../../emulator";
import type { Bench } from "../support/campos-stack";
import { openYaml, project } from "../support/native-stack";

const app = (more: Record<string, unknown> = {}) => ({
  source: "./app",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: 256,
  exposedViaWeb: true,
  environmentVariables: { WHO: "hidden-value", B: "2" },
  ...more,
});

/** YAML is a superset of JSON. */
const yaml = (program: object) =>
  Object.entries(program)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join("\n");

/** What YAML replaces with an output. */
const ref = (path: string) => `$${"{"}${path}}`;

const resource = (properties: object, options?: object) => ({
  type: "camposcloud:App",
  properties,
  ...(options ? { options } : {}),
});

const must = async (bench: Bench, ...args: string[]) => {
  const run = await bench.stack.run(...args);
  assert.equal(run.code, 0, run.text);
  return run;
};
const up = (bench: Bench, ...args: string[]) => must(bench, "up", "--yes", "--skip-preview", ...args);

describe("the native plugin in YAML", function () {
  this.timeout(300_000);

  it("manages the lifecycle of an app, and previews show outputs that do not change", async () => {
    const dependent = {
      type: "camposcloud:App",
      properties: app({ appName: "next", source: "./next", environmentVariables: { AT: ref("web.url") } }),
    };
    const program = (properties: object) =>
      project(
        "yaml",
        yaml({
          resources: { web: resource(properties), next: dependent },
          outputs: { id: ref("web.id"), url: ref("web.url"), metrics: ref("web.currentResourceMetrics") },
        }),
      );
    const bench = await openYaml("", {
      emulator: { run: false },
      files: { "Pulumi.yaml": program(app()), "next/index.js": "// next\n" },
    });
    try {
      const first = await must(bench, "preview", "--diff");
      assert.doesNotMatch(first.text, /hidden-value/);
      const made = await up(bench);
      assert.doesNotMatch(made.text, /hidden-value/);
      assert.doesNotMatch(await bench.stack.stateText(), /hidden-value/);
      const { id, url } = await bench.stack.outputs();
      assert.equal(bench.emulator.apps().length, 2);
      assert.match(String(url), /^http:\/\/web-/);
      bench.writes();

      await must(bench, "preview", "--expect-no-changes");
      await must(bench, "refresh", "--yes", "--skip-preview", "--expect-no-changes");
      assert.deepEqual(bench.writes(), []);

      const changed = app({ memoryMB: 512, environmentVariables: { WHO: "other-value", C: "3" } });
      bench.stack.write({ "Pulumi.yaml": program(changed), "app/more.js": "// more\n" });
      const steps = await bench.stack.steps();
      assert.equal(steps["web"]?.op, "update");
      // Steps that change nothing are left out.
      assert.equal(steps["next"], undefined);
      assert.deepEqual(Object.keys(steps["web"]?.detailedDiff ?? {}).sort(), [
        "environmentVariables.B",
        "environmentVariables.C",
        "environmentVariables.WHO",
        "memoryMB",
        'sourceFiles["more.js"]',
      ]);
      await up(bench);
      assert.deepEqual(bench.writes(), [
        "POST /v1/apps/ID/update",
        "POST /v1/apps/ID/upload",
        "POST /v1/apps/ID/restart",
      ]);
      assert.deepEqual(await bench.stack.outputs().then((outputs) => [outputs["id"], outputs["url"]]), [
        id,
        url,
      ]);

      bench.stack.write({ "Pulumi.yaml": program({ ...changed, mainFile: "more.js" }) });
      const replacing = await bench.stack.steps();
      assert.ok(["replace", "create-replacement", "delete-replaced"].includes(replacing["web"]?.op ?? ""));
      await up(bench);
      assert.notEqual((await bench.stack.outputs())["id"], id);
      assert.equal(bench.emulator.apps().length, 2);
      await must(bench, "destroy", "--yes", "--skip-preview");
      assert.deepEqual(bench.emulator.apps(), []);
    } finally {
      await bench.close();
    }
  });

  it("reports all invalid arguments together, and a missing key", async () => {
    const wrong = app({ mainFile: "indx.js", memoryMB: -1, environmentVariables: { "A-B": "1" } });
    const bench = await openYaml(yaml({ resources: { web: resource(wrong) } }), { emulator: { run: false } });
    try {
      const run = await bench.stack.preview();
      assert.notEqual(run.code, 0);
      for (const words of [/index\.js/, /memoryMB/, /A-B/]) assert.match(run.text, words);
      bench.stack.write({ "Pulumi.yaml": project("yaml", yaml({ resources: { web: resource(app()) } })) });
      await bench.stack.must("config", "rm", "camposcloud:token");
      const keyless = await bench.stack.preview();
      assert.match(keyless.text, /camposcloud:token.*CAMPOSCLOUD_TOKEN/s);
    } finally {
      await bench.close();
    }
  });

  it("records an app that does not come online, and repairs it", async () => {
    const bench = await openYaml(
      yaml({ resources: { web: resource(app(), { customTimeouts: { create: "6s" } }) } }),
      { files: { "app/index.js": "process.exit(3)\n" } },
    );
    try {
      const run = await bench.stack.up();
      assert.notEqual(run.code, 0, run.text);
      const [failed] = await bench.stack.apps();
      assert.equal(failed?.id, bench.emulator.apps()[0]?._id, run.text);
      assert.ok((failed?.initErrors ?? []).length > 0);
      bench.stack.write({
        "app/index.js":
          'require("node:http").createServer((q, r) => r.end("up")).listen(process.env.PORT);\n',
      });
      await up(bench);
      assert.deepEqual((await bench.stack.apps())[0]?.initErrors ?? [], []);
      assert.equal(bench.emulator.apps().length, 1);
    } finally {
      await bench.close();
    }
  });

  it("imports an app with the option and, from another account, with the command, and reads accounts, apps and teams", async () => {
    const bench = await openYaml(yaml({ resources: { web: resource(app()) } }), { emulator: { run: false } });
    try {
      const { token } = bench.emulator;
      await bench.stack.configure({ "camposcloud:accounts": JSON.stringify({ work: { token } }) });
      await up(bench);
      const [{ id } = { id: undefined }] = await bench.stack.apps();
      assert.ok(id);
      await bench.stack.must("state", "delete", "--yes", "urn:pulumi:dev::shop::camposcloud:index:App::web");
      bench.stack.write({
        "Pulumi.yaml": project(
          "yaml",
          yaml({ resources: { web: resource(app({ environmentVariables: undefined }), { import: id }) } }),
        ),
      });
      bench.writes();
      await up(bench);
      assert.deepEqual(
        (await bench.stack.apps()).map((each) => each.id),
        [id],
      );
      assert.ok(!bench.writes().some((call) => /create|DELETE/.test(call)));
      await bench.stack.must("state", "delete", "--yes", "urn:pulumi:dev::shop::camposcloud:index:App::web");
      bench.stack.write({ "Pulumi.yaml": project("yaml") });
      const imported = await bench.stack.run(
        "import",
        "--yes",
        "--protect=false",
        "--skip-preview",
        "camposcloud:index:App",
        "web",
        `work/${id}`,
        "--out",
        resolve(bench.stack.dir, "web.yaml"),
      );
      assert.equal(imported.code, 0, imported.text);
      assert.doesNotMatch(imported.text, /provider bug/);
      assert.deepEqual(
        (await bench.stack.apps()).map((each) => [each.id, each.inputs["account"]]),
        [[id, "work"]],
      );

      const ask = (name: string, args: object, pick: string) => ({
        "fn::invoke": { function: `camposcloud:${name}`, arguments: args, return: pick },
      });
      bench.stack.write({
        "Pulumi.yaml": project(
          "yaml",
          yaml({
            resources: { web: resource(app({ account: "work" }), { protect: false }) },
            variables: {
              me: ask("getAccount", {}, "id"),
              one: ask("getApp", { name: "web" }, "id"),
              apps: ask("getApps", {}, "apps"),
              teams: ask("getTeams", {}, "teams"),
            },
            outputs: { me: ref("me"), one: ref("one"), first: ref("apps[0].name"), teams: ref("teams") },
          }),
        ),
      });
      const preview = (await must(bench, "preview", "--diff")).text;
      assert.match(preview, /sourceFiles/);
      assert.doesNotMatch(preview, /waitForOnline/);
      await up(bench);
      const { me, one, first } = await bench.stack.outputs();
      assert.equal(typeof me, "string");
      assert.deepEqual([one, first], [id, "web"]);
    } finally {
      await bench.close();
    }
  });

  it("supports two accounts in one stack with explicit providers and encrypted keys", async () => {
    const other = await startEmulator({ run: false, writeWindowSeconds: 0.2, token: "second-token-xyz" });
    const settings = { token: other.token, baseUrl: other.url, writeIntervalSeconds: 0.2 };
    const bench = await openYaml(
      yaml({
        resources: {
          second: { type: "pulumi:providers:camposcloud", properties: settings },
          web: resource(app()),
          far: resource(app({ appName: "far" }), { provider: ref("second") }),
        },
      }),
      { emulator: { run: false } },
    );
    try {
      await up(bench);
      assert.deepEqual(
        bench.emulator.apps().map(({ name }) => name),
        ["web"],
      );
      assert.deepEqual(
        other.apps().map(({ name }) => name),
        ["far"],
      );
      assert.ok(!(await bench.stack.stateText()).includes(other.token));
      await must(bench, "destroy", "--yes", "--skip-preview");
      assert.deepEqual([...bench.emulator.apps(), ...other.apps()], []);
    } finally {
      await bench.close();
      await other.close();
    }
  });
});
