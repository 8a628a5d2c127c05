/** Programs in JavaScript: the native resource, and the way there and back from the dynamic one with a running app. */
import { strict as assert } from "node:assert";
import { openBench, serverSource, visit } from "../support/campos-stack";
import { project } from "../support/native-stack";

const args = (more = "") =>
  `{ source: "./app", mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: 256, exposedViaWeb: true, environmentVariables: { WHO: "secret-word" }${more} }`;

const program = (native: boolean, more = "") =>
  [
    `const { ${native ? "App" : "CamposApp"} } = require("pulumi-camposcloud${native ? "/native" : ""}");`,
    `const web = new ${native ? "App" : "CamposApp"}("web", ${args(more)});`,
    "module.exports = { id: web.id, url: web.url, dashboard: web.dashboardUrl };",
    "",
  ].join("\n");

describe("the native plugin in JavaScript", function () {
  this.timeout(300_000);

  it("takes over a running app from the dynamic provider, and gives it back", async () => {
    const files = { "Pulumi.yaml": project("nodejs", "main: index.js"), "app/index.js": serverSource };
    const bench = await openBench({ files: { ...files, "index.js": program(false) } });
    const must = async (...command: string[]) => {
      const run = await bench.stack.run(...command);
      assert.equal(run.code, 0, run.text);
      return run;
    };
    try {
      await must("up", "--yes", "--skip-preview");
      const before = await bench.stack.outputs();
      assert.equal(await visit(String(before["url"])), "hello secret-word");
      bench.writes();

      bench.stack.write({ "index.js": program(true) });
      await must("preview", "--expect-no-changes");
      await must("up", "--yes", "--skip-preview", "--expect-no-changes");
      assert.deepEqual(await bench.stack.outputs(), before);
      await must("refresh", "--yes", "--skip-preview");
      await must("up", "--yes", "--skip-preview", "--expect-no-changes");
      assert.deepEqual(bench.writes(), []);
      assert.match(await bench.stack.stateText(), /"camposcloud:index:App"/);
      assert.ok(!(await bench.stack.stateText()).includes("secret-word"));

      bench.stack.write({ "index.js": program(false) });
      await must("up", "--yes", "--skip-preview");
      await must("preview", "--expect-no-changes");
      await must("refresh", "--yes", "--skip-preview");
      assert.deepEqual(bench.writes(), []);
      assert.deepEqual(await bench.stack.outputs(), before);

      bench.stack.write({ "index.js": program(true, ", appName: 'renamed'") });
      await must("up", "--yes", "--skip-preview");
      assert.equal(bench.emulator.apps()[0]?.name, "renamed");
      await must("destroy", "--yes", "--skip-preview");
      assert.deepEqual(bench.emulator.apps(), []);
    } finally {
      await bench.close();
    }
  });

  it("reads apps with get and with the functions, using an explicit provider", async () => {
    const bench = await openBench({
      emulator: { run: false },
      files: {
        "Pulumi.yaml": project("nodejs", "main: index.js"),
        "app/index.js": serverSource,
        "index.js": program(true),
      },
    });
    try {
      const made = await bench.stack.up();
      assert.equal(made.code, 0, made.text);
      const { id } = await bench.stack.outputs();
      const { token } = bench.emulator;
      await bench.stack.configure({ "camposcloud:accounts": JSON.stringify({ work: { token } }) });
      bench.stack.write({
        "index.js": [
          'const { App, Provider, getApp, getApps, getAccountOutput, getTeams } = require("pulumi-camposcloud/native");',
          `const provider = new Provider("own", { token: ${JSON.stringify(bench.emulator.token)}, baseUrl: ${JSON.stringify(bench.emulator.url)}, writeIntervalSeconds: 0 });`,
          `const web = new App("web", ${args()}, { provider });`,
          `const same = App.get("same", ${JSON.stringify(id)}, { provider });`,
          "module.exports = async () => ({",
          `  id: web.id, name: same.name, at: App.get("at", ${JSON.stringify(`work/${id}`)}).account,`,
          '  found: (await getApp({ name: "web" }, { provider })).id,',
          "  count: (await getApps({}, { provider })).length,",
          "  me: getAccountOutput({}, { provider }).id,",
          "  teams: await getTeams({}, { provider }),",
          "});",
          "",
        ].join("\n"),
      });
      const run = await bench.stack.up();
      assert.equal(run.code, 0, run.text);
      const outputs = await bench.stack.outputs();
      assert.deepEqual(
        [outputs["id"], outputs["name"], outputs["at"], outputs["found"], outputs["count"]],
        [id, "web", "work", id, 1],
      );
      assert.ok(!(await bench.stack.stateText()).includes(bench.emulator.token));
    } finally {
      await bench.close();
    }
  });
});
