/** The steps of the demo. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EMULATOR_TOKEN, type EmulatorProcess } from "./emulator-process";
import { askPulumi, type PulumiRunner, pulumi } from "./run-pulumi";
import { checked, print, quote, step } from "./transcript";
import { visit } from "./visit";
import { program } from "./workspace";

export interface Demo extends PulumiRunner {
  emulator: EmulatorProcess;
}

const CHANGED_FILE = "page.js";
const BEFORE = "Deployed by Pulumi";
const AFTER = "Changed and deployed again by Pulumi";

/** All steps but the last. Returns the URL of the app. */
export async function deployAndChange(demo: Demo): Promise<string> {
  await makeStack(demo);
  const url = await deploy(demo);
  await change(demo, url);
  await findNothingToDo(demo);
  return url;
}

/** The last step: deletes the app and verifies that the account is empty. */
export async function destroy(demo: Demo): Promise<void> {
  step("Remove it", "The app and the stack are deleted, and the account is empty again.");
  await pulumi(demo, "destroy", "--yes", "--skip-preview", "--remove");
  const apps = await visit(`${demo.emulator.url}/v1/apps`, { signal: demo.signal, token: EMULATOR_TOKEN });
  expect(apps.body.includes('"applications":[]'), `the account to be empty, but it has ${apps.body}`);
  checked("No app is left in the account.");
}

async function makeStack(demo: Demo): Promise<void> {
  step(
    "Create a stack that uses the emulator",
    "It uses a copy of this project in a temporary folder, and stores Pulumi's state in a file next to it.",
  );
  const set = (...args: string[]) => pulumi(demo, "config", "set", ...args);
  await pulumi(demo, "stack", "init", "demo");
  await set("--secret", "camposcloud:token", EMULATOR_TOKEN);
  await set("camposcloud:baseUrl", demo.emulator.url);
  await set("camposcloud:appUrl", `http://{subdomain}.localhost:${new URL(demo.emulator.url).port}`);
}

async function deploy(demo: Demo): Promise<string> {
  step("Preview", "One app will be created. Nothing has been sent yet: a preview needs no network.");
  await pulumi(demo, "preview");

  step(
    "Deploy",
    "The folder is uploaded as a zip, its dependencies are installed, and the app starts and comes online.",
  );
  await pulumi(demo, "up", "--yes", "--skip-preview");
  const url = await askPulumi(demo, "stack", "output", "url");
  await openPage(demo, { url, expected: BEFORE });
  return url;
}

async function change(demo: Demo, url: string): Promise<void> {
  step(
    "Change a file of the app",
    `The preview detects that the source has changed, and shows the file: ${CHANGED_FILE}.`,
  );
  changeFile(join(demo.workspace.project, program, "app", CHANGED_FILE));
  const preview = await pulumi(demo, "preview", "--diff");
  expect(preview.includes(CHANGED_FILE), `the preview to name ${CHANGED_FILE}`);

  step("Deploy the change", "The same app, with the new files.");
  await pulumi(demo, "up", "--yes", "--skip-preview");
  await openPage(demo, { url, expected: AFTER });
}

async function findNothingToDo(demo: Demo): Promise<void> {
  step(
    "Refresh, and deploy again",
    "The app matches the state, so there is nothing to do; a change would fail here.",
  );
  await pulumi(demo, "refresh", "--yes", "--skip-preview", "--expect-no-changes");
  await pulumi(demo, "up", "--yes", "--skip-preview", "--expect-no-changes");
}

/** Prints the relevant line of the page. */
async function openPage(demo: Demo, { url, expected }: { url: string; expected: string }): Promise<void> {
  print(`   GET ${url}`);
  const { status, body } = await visit(url, { signal: demo.signal });
  const main = /<main>\n(.*)<\/main>/s.exec(body)?.[1] ?? body;
  quote(`HTTP ${status}`);
  for (const line of main.trimEnd().split("\n")) quote(line.trim());
  expect(status === 200 && body.includes(expected), `a page that says "${expected}"`);
  checked(`The app responds with "${expected}".`);
}

function changeFile(file: string): void {
  const text = readFileSync(file, "utf8");
  const line = text.split("\n").find((each) => each.includes(BEFORE));
  if (line === undefined) throw new Error(`The demo failed: it expected "${BEFORE}" in ${file}.`);
  const changed = line.replace(BEFORE, AFTER);
  writeFileSync(
    file,
    text.replace(line, () => changed),
  );
  print(`   ${join(program, "app", CHANGED_FILE)}`);
  quote(`- ${line.trim()}`);
  quote(`+ ${changed.trim()}`);
}

function expect(met: boolean, what: string): void {
  if (!met) throw new Error(`The demo failed: it expected ${what}.`);
}
