/** The rules for single arguments, as a table: each answers what is wrong and what to write, or nothing. */
import { parseDuration } from "./durations";
import { isUnknown } from "./unknowns";

/** Answers why the value cannot be used. Unknown values never get here. */
type Rule = (value: unknown) => string | undefined;

const text: Rule = (value) =>
  typeof value === "string" && value.trim() !== "" ? undefined : "must be a text that is not empty";
const boolean: Rule = (value) => (typeof value === "boolean" ? undefined : "must be true or false");

export const argumentRules = {
  source: (value) => {
    if (typeof value === "string") return value.trim() === "" ? "must name a folder or a .zip" : undefined;
    const asset = isMap(value) && Object.values(value).find((each) => !isUnknown(each) && !isAsset(each));
    if (isMap(value) && asset === undefined) return undefined;
    return isRemote(asset)
      ? "must not hold a RemoteAsset or RemoteArchive: download it first and give a FileAsset"
      : "must be the path of a folder or a .zip, a FileArchive, an AssetArchive, or a map of path to StringAsset or FileAsset";
  },
  appName: text,
  mainFile: (value) => text(value) ?? mainFileRule(String(value)),
  memoryMB: (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= 1
      ? undefined
      : "must be a whole number of megabytes, such as 256",
  runtimeEnvironment: (value) =>
    value === "python" || value === "nodejs" ? undefined : 'must be "python" or "nodejs"',
  exposedViaWeb: boolean,
  autoRestartEnabled: boolean,
  startupCommand: text,
  teamId: text,
  environmentVariables: () => undefined,
  ignore: (value) =>
    Array.isArray(value) && value.every((each) => typeof each === "string" || isUnknown(each))
      ? undefined
      : "must be a list of gitignore patterns",
  running: boolean,
  waitForOnline: boolean,
  minReadySeconds: (value) =>
    isNumber(value) && value >= 0 ? undefined : "must be a number of seconds, 0 or more",
  healthCheck: healthCheckFailure,
  account: text,
  adopt: text,
  timeouts: (value) =>
    isMap(value) &&
    Object.values(value).every((each) => typeof each === "string" && parseDuration(each) !== undefined)
      ? undefined
      : 'customTimeouts must be durations such as "10m" or "1h30m"',
  urnHash: text,
} as const satisfies Record<string, Rule>;

const healthCheckRules: Readonly<Record<string, Rule>> = {
  path: (value) =>
    typeof value === "string" && value.startsWith("/")
      ? undefined
      : "path must be a string that begins with /",
  timeoutSeconds: (value) =>
    isNumber(value) && value > 0 ? undefined : "timeoutSeconds must be a number above 0",
  enabled: (value) => (typeof value === "boolean" ? undefined : "enabled must be true or false"),
};

function healthCheckFailure(value: unknown): string | undefined {
  if (!isMap(value)) return 'must be an object such as { path: "/health", timeoutSeconds: 60 }';
  const reasons = Object.entries(value).flatMap(([name, part]) => {
    const rule = Object.hasOwn(healthCheckRules, name) ? healthCheckRules[name] : undefined;
    if (rule === undefined) return `${name} is not a field of it; there are path, timeoutSeconds and enabled`;
    return part === null || isUnknown(part) ? [] : (rule(part) ?? []);
  });
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

export type ArgumentName = keyof typeof argumentRules;

export const argumentNames = Object.keys(argumentRules) as ArgumentName[];

function mainFileRule(path: string): string | undefined {
  if (/^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes("..")) {
    return "must be a path inside the source, such as index.js or src/main.py";
  }
  return undefined;
}

/** Failures of a map of environment variables, each with the variable's own property path. */
export function variableFailures(variables: unknown): { property: string; reason: string }[] {
  if (variables === undefined || isUnknown(variables)) return [];
  if (!isMap(variables)) {
    return [{ property: "environmentVariables", reason: "must be a map of names to texts" }];
  }
  return Object.entries(variables).flatMap(([name, value]) => {
    const reason = nameReason(name) ?? valueReason(value);
    return reason === undefined ? [] : [{ property: `environmentVariables.${name}`, reason }];
  });
}

// POSIX, "Environment Variables": names that every shell can set.
function nameReason(name: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  return `"${name}" is no name that a shell could set: use letters, digits and _, not beginning with a digit`;
}

// The value itself is a secret and stays out of the text.
function valueReason(value: unknown): string | undefined {
  if (isUnknown(value)) return undefined;
  if (typeof value !== "string") return "must be a text; write numbers and booleans in quotes";
  return value.includes("\0") ? "must not hold a NUL character" : undefined;
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAsset(value: unknown): boolean {
  return isMap(value) && ["text", "file", "folder"].some((key) => typeof value[key] === "string");
}

function isRemote(value: unknown): boolean {
  return isMap(value) && "uri" in value;
}
