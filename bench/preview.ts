/** The preview of fifty unchanged apps on the real engine, beside that of fifty dynamic resources that read nothing. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { startEmulator } from "../emulator";
import { Stack } from "../tests/support/stack";
import { makeApp } from "./corpora";
import { against, duel } from "./duel";
import { race } from "./race";
import type { Setting } from "./setting";
import type { Row } from "./table";

const count = 50;

const apps = `
const { CamposApp } = require("pulumi-camposcloud");
for (let i = 0; i < ${count}; i++) {
  new CamposApp("app-" + i, { source: "./app-" + i, mainFile: "main.js", runtimeEnvironment: "nodejs", memoryMB: 256, waitForOnline: false });
}
`;

/** Fifty dynamic resources with a provider that does nothing; `inputs` is the code of what each is given. */
const idle = (inputs: string) => `
const { dynamic } = require("@pulumi/pulumi");
const provider = {
  check: async (olds, news) => ({ inputs: news }),
  diff: async () => ({ changes: false }),
  create: async (inputs) => ({ id: "1", outs: inputs }),
};
class Nothing extends dynamic.Resource {}
for (let i = 0; i < ${count}; i++) new Nothing(provider, "nothing-" + i, ${inputs});
`;

const empty = idle("{ i }");

/** As many entries as an app of 200 files has in `sourceFiles`, each as long. */
const mapped = idle(
  '{ files: Object.fromEntries(Array.from({ length: 200 }, (_, j) => ["group-" + (j % 25) + "/part-0/file-" + j + ".js", "0123456789ab"])) }',
);

export async function previewRows({ tools, rounds }: Setting): Promise<Row[]> {
  const emulator = await startEmulator({ writeWindowSeconds: 0, requestsPerMinute: 0, run: false });
  const install = async (dir: string) => link(dir, tools.built);
  const config = {
    "camposcloud:token": emulator.token,
    "camposcloud:baseUrl": emulator.url,
    "camposcloud:writeIntervalSeconds": "0",
  };
  const stacks = {
    ours: await Stack.create({ files: { "index.js": apps }, config, install }),
    small: await Stack.create({ files: { "index.js": apps }, config, install }),
    empty: await Stack.create({ files: { "index.js": empty }, config, install }),
    mapped: await Stack.create({ files: { "index.js": mapped }, config, install }),
  };
  try {
    for (let i = 0; i < count; i++) {
      makeApp(join(stacks.ours.dir, `app-${i}`), i);
      stacks.small.write({ [`app-${i}/main.js`]: "" });
    }
    for (const stack of Object.values(stacks)) await stack.must("up", "--yes", "--skip-preview");
    const contenders = Object.fromEntries(
      Object.entries(stacks).map(([name, stack]) => [name, preview(stack)]),
    );
    const {
      ours = [],
      small = [],
      empty: nothing = [],
      mapped: carrying = [],
    } = await race({ rounds, contenders });
    const what = `preview of ${count} unchanged apps of 200 files each`;
    const rival = `${count} empty \`dynamic.Resource\`s`;
    return [
      duel(ours, nothing, { what, rival, goal: 1.25 }),
      against(ours, carrying, {
        what,
        rival: `${count} that read nothing, but keep a map of 200 entries each`,
      }),
      against(carrying, nothing, { what: `those ${count} with a map`, rival }),
      against(small, nothing, { what: `preview of ${count} unchanged apps of one file each`, rival }),
    ];
  } finally {
    for (const stack of Object.values(stacks)) stack.dispose();
    await emulator.close();
  }
}

function preview(stack: Stack): () => Promise<number> {
  return async () => {
    const start = performance.now();
    await stack.must("preview", "--expect-no-changes");
    return performance.now() - start;
  };
}

function link(dir: string, built: string): void {
  const modules = join(dir, "node_modules");
  mkdirSync(modules);
  symlinkSync(built, join(modules, "pulumi-camposcloud"), "junction");
  symlinkSync(resolve(__dirname, "..", "node_modules", "@pulumi"), join(modules, "@pulumi"), "junction");
}
