/** The native plugin: how fast it starts, and a preview of many apps from YAML compared with one of dynamic resources. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { hostEnvironment, pluginFolder, project } from "../tests/support/native-stack";
import { against, duel } from "./duel";
import { emptyProgram, emptyRival, fewApps, newEmulator, newStack, preview } from "./preview";
import { median, race } from "./race";
import type { Setting } from "./setting";
import type { Row } from "./table";

export async function pluginRows(setting: Setting): Promise<Row[]> {
  return [await startRow(setting), await yamlRow(setting)];
}

async function startRow({ rounds }: Setting): Promise<Row> {
  const name = `pulumi-resource-camposcloud${process.platform === "win32" ? ".cmd" : ""}`;
  const samples = await race({
    rounds: rounds * 3,
    contenders: {
      plugin: () => untilFirstLine(join(pluginFolder, name), ["127.0.0.1:1"]),
      node: () => untilFirstLine(process.execPath, ["-e", "console.log(1)"]),
    },
  });
  const { plugin = [], node = [] } = samples;
  const names = { what: "start of the plugin until it prints its port", rival: "Node that prints a line" };
  const over = median(plugin.map((ms, i) => ms - 1.3 * (node[i] ?? Number.NaN)));
  return { ...against(plugin, node, names), goal: "<= 1.3x + 100 ms", reached: over <= 100 };
}

async function untilFirstLine(command: string, args: string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  await once(child.stdout, "data");
  const ms = performance.now() - start;
  child.kill();
  await once(child, "exit");
  return ms;
}

async function yamlRow({ tools, rounds }: Setting): Promise<Row> {
  const emulator = await newEmulator();
  const env = await hostEnvironment("yaml");
  const files = { "Pulumi.yaml": project("yaml", `resources:\n${yamlApps()}`) };
  const yaml = await newStack(emulator, tools.built, { files, env });
  const empty = await newStack(emulator, tools.built, { files: { "index.js": emptyProgram } });
  try {
    for (let i = 0; i < fewApps; i++) yaml.write({ [`app-${i}/main.js`]: "" });
    for (const stack of [yaml, empty]) await stack.must("up", "--yes", "--skip-preview");
    const contenders = { yaml: () => preview(yaml), empty: () => preview(empty) };
    const samples = await race({ rounds, contenders });
    const times = (name: keyof typeof contenders) => (samples[name] ?? []).map(({ ms }) => ms);
    const what = `preview of ${fewApps} unchanged apps of one file each, from YAML`;
    return duel(times("yaml"), times("empty"), { what, rival: `${emptyRival}, from JavaScript`, goal: 1 });
  } finally {
    yaml.dispose();
    empty.dispose();
    await emulator.close();
  }
}

function yamlApps(): string {
  return Array.from({ length: fewApps }, (_, i) =>
    [
      `  app-${i}:`,
      "    type: camposcloud:App",
      "    properties:",
      `      source: ./app-${i}`,
      "      mainFile: main.js",
      "      runtimeEnvironment: nodejs",
      "      memoryMB: 256",
      "      waitForOnline: false",
    ].join("\n"),
  ).join("\n");
}
