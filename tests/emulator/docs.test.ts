/** Owns the promise of docs/emulator.md: its example runs, and its tables name what there is. */
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EmulatorOptions, startEmulator, type Variants } from "../../emulator";
import { runCliIn } from "./support/cli";

const ROOT = join(__dirname, "..", "..");
const page = readFileSync(join(ROOT, "docs", "emulator.md"), "utf8");

const OPTIONS: Record<keyof EmulatorOptions, true> = {
  port: true,
  data: true,
  token: true,
  writeWindowSeconds: true,
  requestsPerMinute: true,
  latencyMs: true,
  bootSeconds: true,
  exitAfterSeconds: true,
  run: true,
  shape: true,
  variants: true,
  teams: true,
  log: true,
};
const VARIANTS: Record<keyof Variants, true> = {
  environmentUpdate: true,
  user: true,
  list: true,
  createMetrics: true,
  names: true,
  afterCreate: true,
  errorBody: true,
  startWhileStarting: true,
};

describe("emulator: documentation", () => {
  it("has an example that runs", () => {
    const example = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    // Beside this file, so that it finds the package's libraries; the package itself need not be built.
    const folder = mkdtempSync(join(__dirname, "example-"));
    try {
      const source = example.replace('"pulumi-camposcloud/emulator"', JSON.stringify(join(ROOT, "emulator")));
      assert.notEqual(source, example);
      writeFileSync(join(folder, "example.ts"), source);
      const run = spawnSync(
        process.execPath,
        ["-r", "ts-node/register/transpile-only", join(folder, "example.ts")],
        {
          cwd: ROOT,
          encoding: "utf8",
        },
      );
      assert.deepEqual([run.status, run.stdout], [0, "the example works\n"], run.stderr);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("describes every flag, option, variant and member", async () => {
    const help = runCliIn(ROOT, "--help");
    await help.ended;
    const flags = [...help.stdout().matchAll(/^ {2}(--[a-z-]+)/gm)]
      .flatMap(([, flag]) => flag ?? [])
      .filter((flag) => flag !== "--help");
    assert.ok(flags.length >= 9);
    const emulator = await startEmulator({ run: false });
    await emulator.close();
    for (const name of [
      ...flags,
      ...Object.keys(OPTIONS),
      ...Object.keys(VARIANTS),
      ...Object.keys(emulator),
    ]) {
      assert.ok(page.includes(`\`${name}`), `${name} is not documented`);
    }
  });
});
