/** The native plugin when something is wrong: what the engine shows for it. */
import { strict as assert } from "node:assert";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { openBench, serverSource } from "../support/campos-stack";
import { hostEnvironment, openYaml, project } from "../support/native-stack";

const yaml = (more: string[] = []) =>
  [
    "resources:",
    "  web:",
    "    type: camposcloud:App",
    "    properties:",
    "      source: ./app",
    "      mainFile: index.js",
    "      runtimeEnvironment: nodejs",
    "      memoryMB: 256",
    ...more,
  ].join("\n");

describe("the native plugin when something is wrong", function () {
  this.timeout(300_000);

  it("names apps by the project's autonaming, and wants appName where that is turned off", async () => {
    const bench = await openYaml(yaml(), { emulator: { run: false } });
    try {
      const pattern = ["pulumi:autonaming.pattern", "$" + "{name}-$" + "{hex(6)}"];
      await bench.stack.must("config", "set", "--path", ...pattern);
      await bench.stack.must("up", "--yes", "--skip-preview");
      const [app] = bench.emulator.apps();
      assert.match(app?.name ?? "", /^web-[0-9a-f]{6}$/);
      await bench.stack.must("up", "--yes", "--skip-preview", "--expect-no-changes");
      await bench.stack.must("config", "rm", "pulumi:autonaming");
      await bench.stack.must("config", "set", "--path", "pulumi:autonaming.mode", "disabled");
      const refused = await bench.stack.preview();
      assert.notEqual(refused.code, 0);
      assert.match(refused.text, /property appName .*is required/);
    } finally {
      await bench.close();
    }
  });

  it("says which argument is not in the schema, and that the plugin is older than wanted", async () => {
    const bench = await openYaml(yaml(["      memory: 5"]), { emulator: { run: false } });
    try {
      const misspelt = await bench.stack.preview();
      assert.match(misspelt.text, /Property memory does not exist on 'camposcloud:index:App'/);
      bench.stack.write({
        "Pulumi.yaml": project("yaml", yaml(["    options:", "      version: 9.9.9"])),
      });
      const older = await bench.stack.preview();
      assert.match(older.text, /camposcloud is expected to have version >=9\.9\.9, but has \d+\.\d+\.\d+/);
    } finally {
      await bench.close();
    }
  });

  it("says that there is no Node.js on the PATH", async function () {
    if (process.platform === "win32") return this.skip();
    const path = (await hostEnvironment("yaml"))["PATH"] ?? "";
    const host = path.split(delimiter).find((folder) => existsSync(join(folder, "pulumi-language-yaml")));
    const bin = mkdtempSync(join(tmpdir(), "campos-bin-"));
    symlinkSync(join(host ?? "", "pulumi-language-yaml"), join(bin, "pulumi-language-yaml"));
    const bench = await openYaml(yaml(), { emulator: { run: false }, env: { PATH: bin } });
    try {
      const { text } = await bench.stack.preview();
      assert.match(text, /needs Node\.js 20 or newer, and there is no node on the PATH/);
    } finally {
      await bench.close();
      rmSync(bin, { recursive: true });
    }
  });

  it("lists wrong arguments of a program without types, each under its name", async () => {
    const given =
      '{ source: "./app", mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: "256", memory: 5, ignore: "text" }';
    const bench = await openBench({
      emulator: { run: false },
      files: {
        "Pulumi.yaml": project("nodejs", "main: index.js"),
        "app/index.js": serverSource,
        "index.js": `new (require("@pulumi/pulumi").CustomResource)("camposcloud:index:App", "web", ${given});\n`,
      },
    });
    try {
      const { code, text } = await bench.stack.preview();
      assert.notEqual(code, 0);
      for (const words of [
        /property memory .*is not an argument of an app; did you mean memoryMB\?/,
        /property memoryMB .*must be a whole number of megabytes/,
        /property ignore .*must be a list of gitignore patterns/,
      ])
        assert.match(text, words);
      assert.deepEqual(bench.writes(), []);
    } finally {
      await bench.close();
    }
  });
});
