#!/usr/bin/env node
/** `camposcloud-adopt`: generates code for the apps of an account that the stack does not manage yet. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { clientOf, settingsOf } from "../api/accounts";
import type { App } from "../api/app";
import type { Client } from "../api/client";
import { ApiError } from "../api/errors";
import { allApps } from "../api/listing";
import { anySignal, startDeadline, systemClock } from "../clock";
import { messageOf, UserError } from "../errors";
import { type AppInProgram, describe, findMainFile, nameApps } from "./describe";
import { fileNames, type Language, programOf } from "./program";
import { exportState, type Stack, stackOf } from "./stack";

const usage = `Usage: camposcloud-adopt [options]

Writes adopted.ts: code for every app of the account that the stack does not manage yet. With the argument "adopt", the
next "pulumi up" takes over each app instead of creating one. The command itself changes no app. Run it in the folder of
the Pulumi project. The API key is read from CAMPOSCLOUD_TOKEN, the API's URL from CAMPOSCLOUD_BASE_URL.

  --id ID         only this app; can be repeated
  --team ID       only the apps of this team
  --account NAME  the account of CAMPOSCLOUD_TOKEN_<NAME>
  --native        code for the native plugin: App of pulumi-camposcloud/native
  --yaml          adopted.yaml, for a YAML program with the native plugin
  --state FILE    the stack's state from "pulumi stack export"; default: runs that command
  --out FOLDER    where to write; default: the current folder
  --yes           overwrite an existing file without asking (also --force)
  --help          show this text
`;

const timeoutMs = 10 * 60_000;

const options = {
  id: { type: "string", multiple: true },
  team: { type: "string" },
  account: { type: "string" },
  native: { type: "boolean", default: false },
  yaml: { type: "boolean", default: false },
  state: { type: "string" },
  out: { type: "string", default: "." },
  yes: { type: "boolean", short: "y", default: false },
  force: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parse();
  if (values.help) return void process.stdout.write(usage);
  const language: Language = values.yaml ? "yaml" : values.native ? "native" : "typescript";
  const file = join(values.out, fileNames[language]);
  // Asked first, since reading many apps takes minutes.
  if (!values.yes && !values.force && !(await mayWrite(file))) return;
  mkdirSync(values.out, { recursive: true });
  const state = values.state === undefined ? await exportState() : stateIn(values.state);
  const stack = stackOf(state, values.state ?? "What pulumi answered");
  const apps = await readApps(stack, values);
  if (apps.length === 0) return void process.stdout.write(nothingToDo(values.id));
  writeFileSync(file, programOf(apps, language));
  process.stdout.write(nextSteps(apps, file));
}

function stateIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`Could not read the state in ${file}: ${messageOf(error)}. Check --state.`, {
      cause: error,
    });
  }
}

function parse() {
  try {
    return parseArgs({ options });
  } catch (error) {
    throw new UserError(`${messageOf(error).replace(/\.?$/, ".")} See --help.`, { cause: error });
  }
}

async function mayWrite(file: string): Promise<boolean> {
  if (!existsSync(file)) return true;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UserError(`${file} already exists. Move it away, or overwrite it with --yes.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${file} already exists. Overwrite it? (y/N) `)).trim());
  } finally {
    terminal.close();
  }
}

interface Choice {
  id?: string[];
  team?: string;
  account?: string;
}

async function readApps(stack: Stack, { id: ids, team, account }: Choice): Promise<AppInProgram[]> {
  const deadline = startDeadline({
    clock: systemClock,
    ms: timeoutMs,
    what: "Reading the apps",
    advice: "Select some with --id, or run again.",
  });
  const done = new AbortController();
  try {
    const progress = (text: string) => void process.stderr.write(`${text}\n`);
    const signal = anySignal(deadline.signal, done.signal);
    const api = clientOf(settingsOf(account), { signal, deadline, progress });
    const found = ids ?? (await allApps(api, team)).map((app) => app.id);
    const missing = [...new Set(found)].filter((id) => !stack.ids.has(id));
    const apps = (await Promise.all(missing.map((id) => readApp(api, id, ids !== undefined)))).flat();
    const names = nameApps(apps, stack.names);
    return await Promise.all(
      apps.map(async (app) => {
        const mainFile = await findMainFile(api, app);
        return describe(app, { name: names.get(app.id) ?? app.id, mainFile, account });
      }),
    );
  } finally {
    // After a failure, requests that still wait for the rate limit would keep the process running.
    done.abort();
    deadline.clear();
  }
}

/** A listed app may have been deleted since; an app given with --id must exist. */
async function readApp(api: Client, id: string, asked: boolean): Promise<App[]> {
  try {
    return [await api.getApp(id)];
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== "notFound") throw error;
    if (!asked) return [];
    throw new UserError(`There is no app with the id "${id}" in this account. Check --id and --account.`);
  }
}

function nothingToDo(ids: readonly string[] | undefined): string {
  return ids === undefined
    ? "The stack already manages every app of the account.\n"
    : "The stack already manages these apps.\n";
}

function nextSteps(apps: readonly AppInProgram[], file: string): string {
  const one = apps.length === 1;
  const check = apps.some(({ mainFile, notes }) => !mainFile.certain || notes.length > 0)
    ? " Follow the comments in the code."
    : "";
  return `Wrote ${file} for ${apps.length} ${one ? "app" : "apps"}. Now:

  1. Move the code into your program.${check}
  2. Put each app's files into the folder in "source", or change "source".
  3. pulumi preview    shows ${one ? "the app" : "each app"} as a create; because of "adopt" the existing app is taken over.
  4. pulumi up         uploads each source once and restarts the app. "adopt" can be removed afterwards.

Files that are in an app but not in its source are kept. Environment variables are not changed.
`;
}

main().catch((error: unknown) => {
  const expected = error instanceof UserError || (error as { code?: unknown } | null)?.code !== undefined;
  const report = expected ? "" : "Bug in pulumi-camposcloud, please report it: ";
  process.stderr.write(`camposcloud-adopt: ${report}${messageOf(error)}\n`);
  process.exitCode = 1;
});
