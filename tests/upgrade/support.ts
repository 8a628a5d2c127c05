/** The program of a fixture as a stack of its own, to record its state and to continue from it. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import JSZip from "jszip";
import { type Bench, openBench } from "../support/campos-stack";
import type { StateResource } from "../support/stack";

/** Of the team in the programs. */
const teamId = "0123456789abcdef01234567";

export async function openFixture(version: string): Promise<Bench> {
  const bench = await openBench({
    project: "shop",
    emulator: { run: false, writeWindowSeconds: 0, teams: [{ _id: teamId, name: "of the fixture" }] },
    config: { "camposcloud:writeIntervalSeconds": "0" },
  });
  cpSync(join(__dirname, version, "program"), bench.stack.dir, { recursive: true });
  const accounts = { work: { token: bench.emulator.token, baseUrl: bench.emulator.url } };
  await bench.stack.must("config", "set", "--secret", "camposcloud:accounts", JSON.stringify(accounts));
  return bench;
}

/** Creates the apps of the recorded state in the emulator, and imports the state with their ids. */
export async function importState(bench: Bench, file: string): Promise<void> {
  let text = readFileSync(file, "utf8");
  const { deployment } = JSON.parse(text) as { deployment: { resources: StateResource[] } };
  for (const { id, outputs } of deployment.resources) {
    if (id === undefined || outputs?.["allocatedMemoryMB"] === undefined) continue;
    text = text.replaceAll(id, await makeApp(bench, outputs));
  }
  const path = join(bench.stack.dir, "imported.json");
  writeFileSync(path, text);
  await bench.stack.must("stack", "import", "--file", path);
  bench.calls();
}

/** Creates an app as that version deployed it, except for the contents of its files. */
async function makeApp({ emulator }: Bench, outputs: Record<string, unknown>): Promise<string> {
  const zip = new JSZip();
  for (const path of Object.keys(outputs["sourceFiles"] ?? {})) zip.file(path, "");
  const names = [
    "mainFile",
    "memoryMB",
    "runtimeEnvironment",
    "exposedViaWeb",
    "autoRestartEnabled",
    "startupCommand",
    "teamId",
  ];
  const form = new FormData();
  form.set("appName", String(outputs["name"]));
  for (const name of names) if (outputs[name] !== undefined) form.set(name, String(outputs[name]));
  form.set("file", new Blob([await zip.generateAsync({ type: "arraybuffer" })]), "file.zip");
  const send = (path: string, body?: FormData) =>
    fetch(`${emulator.url}/v1/apps/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.token}` },
      body,
    });
  const answer = await send("create", form);
  if (answer.status !== 201) throw new Error(await answer.text());
  const { _id } = (await answer.json()) as { _id: string };
  if (outputs["running"] === false) await send(`${_id}/stop`);
  return _id;
}
