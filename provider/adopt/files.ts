/** The two files for apps that a stack shall take over: a program fragment, and a file for `pulumi import`. */
import { hashOfUrn } from "../engine/urn";
import type { ReadResult } from "../lifecycle/read";
import type { CheckedInputs } from "../lifecycle/state";
import { stateText, typeToken } from "../resource/state-text";
import type { Stack } from "./stack";

export interface ReadApp extends ReadResult {
  id: string;
  /** The account it was read with. */
  account: string | undefined;
}

export interface NamedApp {
  id: string;
  /** Name of the resource, unique in the stack. */
  name: string;
  /** Name of the variable in the program. */
  variable: string;
  inputs: Partial<CheckedInputs>;
  state: ReadApp["state"];
}

export function nameApps(apps: readonly ReadApp[], taken: ReadonlySet<string>): NamedApp[] {
  const used = new Set(taken);
  return apps.map(({ id, account, inputs, state }) => {
    const name = unique(slug(inputs.appName ?? id), used);
    used.add(name);
    const known = {
      ...inputs,
      mainFile: mainFileOf(state.startupCommand, inputs.runtimeEnvironment),
      waitForOnline: true,
    };
    const whole = account === undefined ? known : { ...known, account };
    return { id, name, variable: variableOf(name), inputs: whole, state: { ...state, ...whole } };
  });
}

export function programFragment(apps: readonly NamedApp[]): string {
  const lines = apps.map(({ name, variable, inputs }) => {
    const { appName, mainFile, memoryMB, runtimeEnvironment, exposedViaWeb, autoRestartEnabled } = inputs;
    const { teamId, account } = inputs;
    const args = Object.entries({
      source: `./${name}`,
      appName,
      mainFile,
      runtimeEnvironment,
      memoryMB,
      exposedViaWeb,
      autoRestartEnabled,
      teamId,
      account,
    })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`);
    return [`export const ${variable} = new CamposApp(${JSON.stringify(name)}, {`, ...args, "});", ""].join(
      "\n",
    );
  });
  return ['import { CamposApp } from "pulumi-camposcloud";', "", ...lines].join("\n");
}

/** The form with inputs and outputs, which `pulumi import --file` stores without asking the provider (CLI 3.254 and newer). */
export function importFile(apps: readonly NamedApp[], { urnPrefix }: Stack): string {
  const resources = apps.map(({ id, name, inputs, state }) => {
    const urnHash = urnPrefix === undefined ? undefined : hashOfUrn(`${urnPrefix}::${typeToken}::${name}`);
    const own = { urnHash, __provider: stateText };
    return { type: typeToken, name, id, inputs: { ...inputs, ...own }, outputs: { ...state, ...own } };
  });
  return `${JSON.stringify({ resources }, undefined, 2)}\n`;
}

// The API does not tell the main file; the usual commands end with it.
function mainFileOf(command: string | undefined, runtime: string | undefined): string {
  const last = command?.match(/^(?:node|python3?)\s+(?:-\S+\s+)*(\S+)$/)?.[1];
  return last ?? (runtime === "python" ? "main.py" : "index.js");
}

function slug(name: string): string {
  const ascii = name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return ascii === "" ? "app" : ascii.toLowerCase();
}

function unique(name: string, used: ReadonlySet<string>): string {
  let candidate = name;
  for (let count = 2; used.has(candidate); count++) candidate = `${name}-${count}`;
  return candidate;
}

function variableOf(name: string): string {
  const camel = name.replace(/-+([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
  return /^[a-z]/.test(camel) && !reserved.has(camel)
    ? camel
    : `app${camel.charAt(0).toUpperCase()}${camel.slice(1)}`;
}

const reserved = new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static await".split(
    " ",
  ),
);
