/** Each example as a separate project: copied, deployed as its README says, visited, removed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import {
  EMULATOR_TOKEN,
  type EmulatorProcess,
  startEmulatorProcess,
} from "../../scripts/demo/emulator-process";
import { askPulumi, type PulumiRunner } from "../../scripts/demo/run-pulumi";
import { visit } from "../../scripts/demo/visit";
import { makeWorkspace, repository } from "../../scripts/demo/workspace";
import { ensurePulumi } from "../../scripts/pulumi-cli";
import { havePyPI } from "../support/programs";

const EXAMPLES: { name: string; page: RegExp }[] = [
  { name: "hello-node", page: /<h1>Hello from CamposCloud<\/h1>/ },
  { name: "hello-python", page: /^Hello from Python, visitor \d+$/m },
];

describe("the examples", function () {
  this.timeout(3 * 60_000);
  const signal = new AbortController().signal;

  for (const { name, page } of EXAMPLES) {
    describe(name, () => {
      const folder = join(repository, "examples", name);
      let runner: PulumiRunner;
      let emulator: EmulatorProcess;

      before(async function () {
        // If no CLI is available, the first search builds one.
        this.timeout(30 * 60_000);
        if (name === "hello-python" && !(await havePyPI("the example hello-python"))) return this.skip();
        const cli = await ensurePulumi();
        runner = { cli, workspace: makeWorkspace(folder, ["."]), signal };
        emulator = await startEmulatorProcess(runner.workspace, signal);
      });
      after(async () => {
        await emulator?.stop();
        runner?.workspace.remove();
      });

      it("can be deployed, responds, and can be removed", async () => {
        const { port } = new URL(emulator.url);
        await askPulumi(runner, "stack", "init", "dev");
        await askPulumi(runner, "config", "set", "--secret", "camposcloud:token", EMULATOR_TOKEN);
        await askPulumi(runner, "config", "set", "camposcloud:baseUrl", emulator.url);
        await askPulumi(
          runner,
          "config",
          "set",
          "camposcloud:appUrl",
          `http://{subdomain}.localhost:${port}`,
        );
        await askPulumi(runner, "up", "--yes", "--skip-preview");
        const url = await askPulumi(runner, "stack", "output", "url");
        assert.match((await visit(url, { signal })).body, page);
        assert.match((await visit(`${url}/health`, { signal })).body, /"status": ?"ok"/);
        await askPulumi(runner, "destroy", "--yes", "--skip-preview");
        assert.equal((await visit(url, { signal })).status, 404);
      });

      it("depends on the published version of this package", () => {
        const version = (file: string) => JSON.parse(readFileSync(file, "utf8"));
        const own: string = version(join(repository, "package.json")).version;
        assert.equal(version(join(folder, "package.json")).dependencies["pulumi-camposcloud"], `^${own}`);
      });
    });
  }
});
