/** The example languages: the same app by a program in YAML, TypeScript, Go and Python. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../scripts/demo/workspace";
import { generateSdk } from "../../scripts/generate-sdk";
import { visit } from "../support/campos-stack";
import { goEnvironment, goModule, goSdk } from "../support/go-program";
import { hostEnvironment } from "../support/native-stack";
import { haveGoModule, havePyPI } from "../support/programs";
import { pythonEnvironment } from "../support/python-sdk";
import { type Example, openExample } from "./support/example";

describe("the example languages", function () {
  // Compiling a program in Go, or fetching an SDK for Python, is as fast as the machine.
  this.timeout(15 * 60_000);

  async function deploys(example: Example, folder: string, greeting: string): Promise<void> {
    await example.init(folder);
    await example.pulumi("-C", folder, "up", "--yes", "--skip-preview");
    const url = await example.pulumi("-C", folder, "stack", "output", "url");
    assert.equal(await visit(url), `${greeting}\n`);
    await example.pulumi("-C", folder, "destroy", "--yes", "--skip-preview");
    assert.deepEqual(example.emulator.apps(), []);
  }

  async function withExample(env: NodeJS.ProcessEnv, test: (example: Example) => Promise<void>) {
    const example = await openExample("languages", {}, env);
    try {
      await test(example);
    } finally {
      await example.close();
    }
  }

  it("has right types", async () => {
    await withExample({}, async ({ run }) => {
      await run(process.execPath, join(repository, "node_modules/typescript/bin/tsc"), "-p", ".");
    });
  });

  it("deploys the app from YAML and from TypeScript", async () => {
    await withExample(await hostEnvironment("yaml"), async (example) => {
      await deploys(example, "yaml", "Hello from YAML");
      await deploys(example, "typescript", "Hello from TypeScript");
    });
  });

  it("deploys it from Go", async function () {
    if (!(await haveGoModule(goSdk, "The program in Go of the example languages"))) return this.skip();
    const env = { ...(await hostEnvironment("go")), ...goEnvironment };
    await withExample(env, async (example) => {
      // What `pulumi package add` does, with versions that are here already.
      await generateSdk("go", join(example.folder, "go/sdks/camposcloud"));
      writeFileSync(join(example.folder, "go/go.mod"), goModule("hello-go", "./sdks/camposcloud"));
      await deploys(example, "go", "Hello from Go");
    });
  });

  it("deploys it from Python", async function () {
    if (!(await havePyPI("The program in Python of the example languages"))) return this.skip();
    const folder = mkdtempSync(join(tmpdir(), "campos-sdk-"));
    try {
      const host = await hostEnvironment("python");
      const { env, venv } = await pythonEnvironment(folder, { ...process.env, ...host });
      await withExample(env, async (example) => {
        symlinkSync(venv, join(example.folder, "python/venv"), "junction");
        await deploys(example, "python", "Hello from Python");
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
