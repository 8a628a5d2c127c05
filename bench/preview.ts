/** The preview of fifty unchanged apps on the real engine, beside that of fifty dynamic resources that do nothing. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { startEmulator } from "../emulator";
import { Stack } from "../tests/support/stack";
import { makeApp } from "./corpora";
import { duel } from "./duel";
import type { Setting } from "./groups";
import { race } from "./race";
import type { Row } from "./table";

const count = 50;

const apps = `
const { CamposApp } = require("pulumi-camposcloud");
for (let i = 0; i < ${count}; i++) {
  new CamposApp("app-" + i, { source: "./app-" + i, mainFile: "main.js", runtimeEnvironment: "nodejs", memoryMB: 256, waitForOnline: false });
}
`;

const empty = `
const { dynamic } = require("@pulumi/pulumi");
const provider = {
  check: async (olds, news) => ({ inputs: news }),
  diff: async () => ({ changes: false }),
  create: async (inputs) => ({ id: "1", outs: inputs }),
};
class Nothing extends dynamic.Resource {}
for (let i = 0; i < ${count}; i++) new Nothing(provider, "nothing-" + i, { i });
`;

export async function previewRows({ tools, rounds }: Setting): Promise<Row[]> {
  const emulator = await startEmulator({ writeWindowSeconds: 0, requestsPerMinute: 0, run: false });
  const install = async (dir: string) => link(dir, tools.built);
  const config = {
    "camposcloud:token": emulator.token,
    "camposcloud:baseUrl": emulator.url,
    "camposcloud:writeIntervalSeconds": "0",
  };
  const ours = await Stack.create({ files: { "index.js": apps }, config, install });
  const theirs = await Stack.create({ files: { "index.js": empty }, install });
  try {
    for (let i = 0; i < count; i++) makeApp(join(ours.dir, `app-${i}`), i);
    await ours.must("up", "--yes", "--skip-preview");
    await theirs.must("up", "--yes", "--skip-preview");
    const preview = (stack: Stack) => async () => {
      const start = performance.now();
      await stack.must("preview", "--expect-no-changes");
      return performance.now() - start;
    };
    const samples = await race({ rounds, contenders: { ours: preview(ours), theirs: preview(theirs) } });
    const { ours: mine = [], theirs: others = [] } = samples;
    const what = `preview of ${count} unchanged apps of 200 files each`;
    return [duel(mine, others, { what, rival: `${count} empty \`dynamic.Resource\`s`, goal: 1.25 })];
  } finally {
    ours.dispose();
    theirs.dispose();
    await emulator.close();
  }
}

function link(dir: string, built: string): void {
  const modules = join(dir, "node_modules");
  mkdirSync(modules);
  symlinkSync(built, join(modules, "pulumi-camposcloud"), "junction");
  symlinkSync(resolve(__dirname, "..", "node_modules", "@pulumi"), join(modules, "@pulumi"), "junction");
}
