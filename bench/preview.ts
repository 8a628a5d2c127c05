/** Previews of many unchanged apps on the real engine, beside those of as many dynamic resources that read nothing: time and memory. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Emulator, startEmulator } from "../emulator";
import { Stack, type StackOptions } from "../tests/support/stack";
import { makeApp } from "./corpora";
import { against, duel } from "./duel";
import { PeakMemory } from "./peak-memory";
import { median, medianRatio, race } from "./race";
import type { Setting } from "./setting";
import { megabytes, type Row } from "./table";

const few = 50;
const many = 100;
/** Files of the folder that many apps share. */
const sharedFiles = 20;

export interface PreviewSample {
  ms: number;
  /** Undefined if the system does not report it. */
  bytes: number | undefined;
}

const apps = (count: number, source: string) => `
const { CamposApp } = require("pulumi-camposcloud");
for (let i = 0; i < ${count}; i++) {
  new CamposApp("app-" + i, { source: ${source}, mainFile: "main.js", runtimeEnvironment: "nodejs", memoryMB: 256, waitForOnline: false });
}
`;

/** Dynamic resources with a provider that does nothing; `inputs` is the code of their inputs. */
const idle = (count: number, inputs: string) => `
const { dynamic } = require("@pulumi/pulumi");
const provider = {
  check: async (olds, news) => ({ inputs: news }),
  diff: async () => ({ changes: false }),
  create: async (inputs) => ({ id: "1", outs: inputs }),
};
class Nothing extends dynamic.Resource {}
for (let i = 0; i < ${count}; i++) new Nothing(provider, "nothing-" + i, ${inputs});
`;

/** A map like `sourceFiles` of an app with 200 files: as many entries of the same length. */
const map =
  '{ files: Object.fromEntries(Array.from({ length: 200 }, (_, j) => ["group-" + (j % 25) + "/part-0/file-" + j + ".js", "0123456789ab"])) }';

const programs = {
  ours: apps(few, '"./app-" + i'),
  single: apps(few, '"./app-" + i'),
  empty: idle(few, "{ i }"),
  mapped: idle(few, map),
  shared: apps(many, '"./app"'),
  emptyMany: idle(many, "{ i }"),
};
type Name = keyof typeof programs;
const names = Object.keys(programs) as Name[];

export async function previewRows({ tools, rounds }: Setting): Promise<Row[]> {
  const emulator = await newEmulator();
  const stacks = new Map<Name, Stack>();
  try {
    for (const name of names) {
      const stack = await newStack(emulator, tools.built, { files: { "index.js": programs[name] } });
      stacks.set(name, stack);
      writeSources(name, stack);
      await stack.must("up", "--yes", "--skip-preview");
    }
    const contenders = Object.fromEntries([...stacks].map(([name, stack]) => [name, () => preview(stack)]));
    const samples = await race({ rounds, contenders });
    const of = (name: Name) => samples[name] ?? [];
    return [...timeRows(of), ...memoryRows(of)];
  } finally {
    for (const stack of stacks.values()) stack.dispose();
    await emulator.close();
  }
}

function writeSources(name: Name, stack: Stack): void {
  for (let i = 0; i < few; i++) {
    if (name === "ours") makeApp(join(stack.dir, `app-${i}`), i);
    if (name === "single") stack.write({ [`app-${i}/main.js`]: "" });
  }
  if (name !== "shared") return;
  const files = Array.from({ length: sharedFiles - 1 }, (_, i) => [`app/lib/file-${i}.js`, `// ${i}\n`]);
  stack.write({ "app/main.js": "", ...Object.fromEntries(files) });
}

type Samples = (name: Name) => PreviewSample[];

const what = {
  shared: `preview of ${many} unchanged apps that share a folder of ${sharedFiles} files`,
  ours: `preview of ${few} unchanged apps of 200 files each`,
};
const rivals = {
  emptyMany: `${many} empty \`dynamic.Resource\`s`,
  empty: `${few} empty \`dynamic.Resource\`s`,
};

function timeRows(of: Samples): Row[] {
  const times = (name: Name) => of(name).map(({ ms }) => ms);
  const mapped = `${few} that read nothing, but keep a map of 200 entries each`;
  const single = `preview of ${few} unchanged apps of one file each`;
  const withMap = `those ${few} with a map`;
  return [
    duel(times("shared"), times("emptyMany"), { what: what.shared, rival: rivals.emptyMany, goal: 1.2 }),
    duel(times("ours"), times("empty"), { what: what.ours, rival: rivals.empty, goal: 1.4 }),
    against(times("ours"), times("mapped"), { what: what.ours, rival: mapped }),
    against(times("mapped"), times("empty"), { what: withMap, rival: rivals.empty }),
    against(times("single"), times("empty"), { what: single, rival: rivals.empty }),
  ];
}

/** Empty if the system does not report memory. */
function memoryRows(of: Samples): Row[] {
  const goal = 1.3;
  const bytes = (name: Name) => of(name).flatMap((sample) => sample.bytes ?? []);
  const row = (ours: Name, theirs: Name, titles: Pick<Row, "what" | "rival">): Row => {
    const ratio = medianRatio(bytes(ours), bytes(theirs));
    return {
      ...titles,
      ours: megabytes(median(bytes(ours))),
      theirs: megabytes(median(bytes(theirs))),
      result: `${ratio.toFixed(2)}x`,
      goal: `<= ${goal}x`,
      reached: ratio <= goal,
    };
  };
  if (bytes("empty").length === 0) return [];
  const peak = (text: string) => `peak memory of all processes, ${text}`;
  return [
    row("shared", "emptyMany", { what: peak(what.shared), rival: rivals.emptyMany }),
    row("ours", "empty", { what: peak(what.ours), rival: rivals.empty }),
  ];
}

/** An emulator without limits that runs no apps. */
export function newEmulator(): Promise<Emulator> {
  return startEmulator({ writeWindowSeconds: 0, requestsPerMinute: 0, run: false });
}

/** A stack with the package that was compiled for the benchmark. */
export function newStack(emulator: Emulator, built: string, options: StackOptions): Promise<Stack> {
  const config = {
    "camposcloud:token": emulator.token,
    "camposcloud:baseUrl": emulator.url,
    "camposcloud:writeIntervalSeconds": "0",
  };
  return Stack.create({ config, install: async (dir) => link(dir, built), ...options });
}

/** The rival: 50 resources that store almost nothing. */
export const emptyProgram = programs.empty;
export const emptyRival = rivals.empty;
export const fewApps = few;

/** Runs a preview, which must show no change. */
export async function preview(stack: Stack): Promise<PreviewSample> {
  const start = performance.now();
  const { child, ended } = stack.start("preview", "--expect-no-changes");
  const memory = new PeakMemory(child.pid);
  const { code, text } = await ended.finally(() => memory.stop());
  if (code !== 0) throw new Error(`the preview ended with ${code}:\n${text}`);
  return { ms: performance.now() - start, bytes: memory.bytes };
}

function link(dir: string, built: string): void {
  const modules = join(dir, "node_modules");
  mkdirSync(modules);
  symlinkSync(built, join(modules, "pulumi-camposcloud"), "junction");
  symlinkSync(resolve(__dirname, "..", "node_modules", "@pulumi"), join(modules, "@pulumi"), "junction");
}
