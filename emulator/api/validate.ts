/** Owns the validation of the fields of create and update; one row per field. */

import {
  type AppRecord,
  type AppSettings,
  derivedCommand,
  newId,
  type Runtime,
  type Variable,
} from "../apps/record";
import { badRequest, serverError } from "../errors";
import type { Variants } from "../options";
import { isObject } from "../wire";

const MAX_INT32 = 2 ** 31 - 1;

export interface CreateInput {
  settings: AppSettings;
  mainFile: string;
  teamId: string | null;
}

/** Checks the text fields of the multipart form of create. */
export function checkCreate(fields: Record<string, string>, names: Variants["names"]): CreateInput {
  const mainFile = required(fields, "mainFile");
  const command = fields["startupCommand"]?.trim() ? fields["startupCommand"] : undefined;
  if (mainFile === "N/A" && !command) throw badRequest("mainFile N/A needs a startupCommand.");
  return {
    settings: {
      name: name(required(fields, "appName"), names),
      memoryMB: memoryText(required(fields, "memoryMB")),
      runtime: runtime(required(fields, "runtimeEnvironment")),
      exposedViaWeb: flagText("exposedViaWeb", fields["exposedViaWeb"]),
      autoRestart: flagText("autoRestartEnabled", fields["autoRestartEnabled"]),
      customCommand:
        command === derivedCommand(runtime(fields["runtimeEnvironment"]), mainFile) ? undefined : command,
      variables: variablesText(fields["environmentVariables"]),
    },
    mainFile,
    teamId: team(fields),
  };
}

/** Checks the JSON body of update and returns the settings after it. */
export function checkUpdate(body: Record<string, unknown>, app: AppRecord, variants: Variants): AppSettings {
  const { appName, memoryMB, runtimeEnvironment, startupCommand } = body;
  for (const [field, value] of Object.entries({ appName, memoryMB, runtimeEnvironment })) {
    if (value === undefined) throw badRequest(`${field} is missing.`);
  }
  if (typeof appName !== "string") throw badRequest("appName must be a string.");
  return {
    name: name(appName, variants.names),
    memoryMB: memory(memoryMB),
    runtime: runtimeEnvironment === null ? app.runtime : runtime(runtimeEnvironment),
    exposedViaWeb: flag("exposedViaWeb", body["exposedViaWeb"], app.exposedViaWeb),
    autoRestart: flag("autoRestartEnabled", body["autoRestartEnabled"], app.autoRestart),
    customCommand: updatedCommand(startupCommand, app),
    variables: updatedVariables(body["environmentVariables"], app.variables, variants.environmentUpdate),
  };
}

function required(fields: Record<string, string>, field: string): string {
  const value = fields[field];
  if (!value?.trim()) throw badRequest(`${field} is missing.`);
  return value;
}

function name(value: string, rule: Variants["names"]): string {
  if (value.trim() === "") throw badRequest("appName is empty.");
  if (value.length > 255) throw badRequest("appName is longer than 255 characters.");
  if (rule === "ascii-only" && !/^[A-Za-z0-9_-]+$/.test(value))
    throw serverError("The application could not be created.");
  return value;
}

function memoryText(text: string): number {
  // Number() alone would also accept 0x10 and 1e3.
  return memory(/^\d+$/.test(text) ? Number(text) : undefined);
}

function memory(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_INT32) return value;
  throw badRequest("memoryMB must be a whole number of megabytes, 1 or more.");
}

function runtime(value: unknown): Runtime {
  if (value === "python" || value === "nodejs") return value;
  throw badRequest("runtimeEnvironment must be python or nodejs.");
}

function flagText(field: string, value: string | undefined): boolean {
  if (value === undefined || value === "false") return false;
  if (value === "true") return true;
  throw badRequest(`${field} must be true or false.`);
}

function flag(field: string, value: unknown, kept: boolean): boolean {
  if (value === undefined) return kept;
  if (typeof value === "boolean") return value;
  throw badRequest(`${field} must be true or false.`);
}

/** The field is `team` in the newest specification and `teamId` in the older one; a careful client sends both. */
function team(fields: Record<string, string>): string | null {
  const { team: newer, teamId: older } = fields;
  if (newer && older && newer !== older) throw badRequest("team and teamId differ.");
  return newer || older || null;
}

/** Absent, null and empty keep the old command; a derived command stays derived if a client sends it back. */
function updatedCommand(value: unknown, app: AppRecord): string | undefined {
  if (value === undefined || value === null) return app.customCommand;
  if (typeof value !== "string") throw badRequest("startupCommand must be a string.");
  if (value.trim() === "") return app.customCommand;
  return value === derivedCommand(app.runtime, app.mainFile) ? undefined : value;
}

function updatedVariables(value: unknown, old: Variable[], rule: Variants["environmentUpdate"]): Variable[] {
  if (value === undefined) return old;
  const given = variables(value, old);
  if (rule === "replace") return given;
  const keys = new Set(given.map(({ key }) => key));
  return [...old.filter(({ key }) => !keys.has(key)), ...given];
}

function variablesText(text: string | undefined): Variable[] {
  if (text === undefined || text === "") return [];
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw badRequest("environmentVariables is not valid JSON.");
  }
  return variables(list, []);
}

function variables(list: unknown, old: Variable[]): Variable[] {
  if (!Array.isArray(list)) throw badRequest("environmentVariables must be a list of {key, value}.");
  const seen = new Set<string>();
  return list.map((item: unknown) => {
    const { key, value } = pair(item);
    if (seen.has(key)) throw badRequest(`environmentVariables has ${JSON.stringify(key)} twice.`);
    seen.add(key);
    return { key, value, _id: old.find((variable) => variable.key === key)?._id ?? newId() };
  });
}

function pair(item: unknown): { key: string; value: string } {
  const { key, value } = isObject(item) ? item : {};
  if (typeof key !== "string" || typeof value !== "string") {
    throw badRequest("Each of environmentVariables must be {key, value}, both strings.");
  }
  if (!/^[^=\0]+$/.test(key) || value.includes("\0")) {
    throw badRequest(`${JSON.stringify(key)} in environmentVariables is not a valid name.`);
  }
  return { key, value };
}
