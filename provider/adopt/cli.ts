#!/usr/bin/env node
/** `camposcloud-adopt`: writes a program fragment and an import file for the apps of an account that are not in the stack. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { clientOf, settingsOf } from "../api/accounts";
import { allApps } from "../api/listing";
import { startDeadline, systemClock } from "../clock";
import { read } from "../lifecycle/read";
import { importFile, nameApps, programFragment } from "./files";
import { type Stack, stackOf } from "./stack";

const usage = `Usage: camposcloud-adopt [options]

Writes adopted.ts, a fragment for your program, and adopted.json, a file for "pulumi import", for every app of the
account that the stack does not manage yet. It changes nothing by itself. Run it in the folder of the Pulumi project.
The API key is read from CAMPOSCLOUD_TOKEN, the address from CAMPOSCLOUD_BASE_URL.

  --id ID         only this app; may be given several times
  --team ID       the apps of this team
  --account NAME  the account of CAMPOSCLOUD_TOKEN_<NAME>
  --state FILE    the stack's state, as "pulumi stack export" writes it; default: asks pulumi
  --out FOLDER    where to write; default: this folder
  --help          this text
`;

const timeoutMs = 10 * 60_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      id: { type: "string", multiple: true },
      team: { type: "string" },
      account: { type: "string" },
      state: { type: "string" },
      out: { type: "string", default: "." },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const stack = stackOf(JSON.parse(stateText(values.state)));
  const apps = await readApps(stack, values);
  if (apps.length === 0)
    return void process.stdout.write("Every app of the account is in the stack already.\n");
  const named = nameApps(apps, stack.names);
  write(values.out, "adopted.ts", programFragment(named));
  write(values.out, "adopted.json", importFile(named, stack));
  process.stdout.write(nextSteps(named.length));
}

interface Choice {
  id?: string[];
  team?: string;
  account?: string;
}

async function readApps(stack: Stack, { id: ids, team, account }: Choice) {
  const settings = settingsOf(account);
  const deadline = startDeadline({
    clock: systemClock,
    ms: timeoutMs,
    what: "Reading the apps",
    advice: "Choose some with --id, or run again.",
  });
  try {
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    const api = clientOf(settings, { signal: deadline.signal, deadline, progress: say });
    const found = ids ?? (await allApps(api, team)).map((app) => app.id);
    const missing = found.filter((id) => !stack.ids.has(id));
    const results = [];
    for (const id of missing) {
      const result = await read({ deps: { api, appUrl: settings.appUrl }, id, saved: {} });
      if (result) results.push({ id, account, ...result });
    }
    return results;
  } finally {
    deadline.clear();
  }
}

function stateText(file: string | undefined): string {
  if (file !== undefined) return readFileSync(file, "utf8");
  try {
    return execFileSync("pulumi", ["stack", "export"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const words = String((error as { stderr?: unknown }).stderr ?? "").trim() || "pulumi is not on the PATH";
    throw new Error(
      `Could not read the stack's state: ${words}. Select a stack with \`pulumi stack select\`, or give the state with --state FILE.`,
    );
  }
}

function write(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), text, { flag: "wx" });
}

function nextSteps(count: number): string {
  return `Wrote adopted.ts and adopted.json for ${count} ${count === 1 ? "app" : "apps"}. Now:

  1. Move the code of adopted.ts into your program; set each source to the folder of the app's code, and check mainFile.
  2. pulumi import --file adopted.json --generate-code=false --protect=false --yes
  3. pulumi preview    shows the first upload of each source, and nothing else.
`;
}

main().catch((error: unknown) => {
  process.stderr.write(`camposcloud-adopt: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
