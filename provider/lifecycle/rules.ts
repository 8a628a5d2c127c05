/** Validation of arguments: each rule says what is wrong and what to write instead. The texts never contain values. */
import type { HealthCheck, RuntimeEnvironment } from "../resource/args";
import { parseDuration } from "./durations";
import { isMap, isUnknown, unusableReason } from "./values";

/**
 * Undefined for a valid value; otherwise the reason, or the reasons by the name of each invalid part. The value itself is never
 * unknown, but parts of it may be.
 */
export type Rule = (value: unknown) => string | Readonly<Record<string, string>> | undefined;

export const text: Rule = (value) =>
  typeof value === "string" && value.trim() !== "" ? undefined : "must be a non-empty string";

export const boolean: Rule = (value) => (typeof value === "boolean" ? undefined : "must be true or false");

export const seconds: Rule = (value) =>
  isNumber(value) && value >= 0 ? undefined : "must be a number of seconds, 0 or more";

export const megabytes: Rule = (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 1
    ? undefined
    : "must be a whole number of megabytes, such as 256";

export const runtimes: readonly RuntimeEnvironment[] = ["python", "nodejs"];

export const runtime: Rule = (value) =>
  (runtimes as readonly unknown[]).includes(value) ? undefined : 'must be "python" or "nodejs"';

export const patterns: Rule = (value) =>
  Array.isArray(value) && value.every((each) => typeof each === "string" || isUnknown(each))
    ? undefined
    : "must be a list of gitignore patterns";

export const source: Rule = (value) => {
  if (typeof value === "string")
    return value.trim() === "" ? "must be the path of a folder or a .zip" : undefined;
  const asset = isMap(value) && Object.values(value).find((each) => !isUnknown(each) && !isAsset(each));
  if (isMap(value) && asset === undefined) return undefined;
  return isMap(asset) && "uri" in asset
    ? "must not contain a RemoteAsset or RemoteArchive: download it first and use a FileAsset"
    : "must be the path of a folder or a .zip, a FileArchive, an AssetArchive, or a map of path to StringAsset or FileAsset";
};

export const mainFile: Rule = (value) => {
  if (text(value) !== undefined) return text(value);
  const path = String(value);
  return /^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes("..")
    ? "must be a path inside the source, such as index.js or src/main.py"
    : undefined;
};

export const timeouts: Rule = (value) =>
  isMap(value) &&
  Object.values(value).every((each) => typeof each === "string" && parseDuration(each) !== undefined)
    ? undefined
    : 'customTimeouts must be durations such as "10m" or "1h30m"';

const healthCheckFields: Readonly<Record<keyof HealthCheck, Rule>> = {
  path: (value) =>
    typeof value === "string" && value.startsWith("/") ? undefined : "must be a string that starts with /",
  timeoutSeconds: (value) =>
    isNumber(value) && value > 0 ? undefined : "must be a number of seconds greater than 0",
  enabled: boolean,
};

export const healthCheck: Rule = (value) => {
  if (!isMap(value)) return 'must be an object such as { path: "/health", timeoutSeconds: 60 }';
  return reasonsOf(value, (name, part) => {
    const rule = new Map<string, Rule>(Object.entries(healthCheckFields)).get(name);
    if (rule === undefined)
      return `is not a field of healthCheck, which has ${Object.keys(healthCheckFields).join(", ")}`;
    return part === null ? undefined : (rule(part) as string | undefined);
  });
};

export const variables: Rule = (value) => {
  if (isMap(value)) return reasonsOf(value, (name, each) => nameReason(name) ?? valueReason(each));
  return `must be a map of names to strings, such as { LOG_LEVEL: "info" }, not ${kindOf(value)}`;
};

function reasonsOf(
  map: Readonly<Record<string, unknown>>,
  reasonOf: (name: string, value: unknown) => string | undefined,
): Record<string, string> | undefined {
  const reasons = Object.entries(map).flatMap(([name, value]) => {
    const reason = isUnknown(value) ? nameReason(name) : reasonOf(name, value);
    return reason === undefined ? [] : [[name, reason] as const];
  });
  return reasons.length === 0 ? undefined : Object.fromEntries(reasons);
}

// POSIX, section "Environment Variables".
function nameReason(name: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  return "is not a valid name for an environment variable: use letters, digits and _, and do not start with a digit";
}

function valueReason(value: unknown): string | undefined {
  if (value === null) {
    return "is undefined or null, probably because a variable of process.env is not set: set it, or remove this entry";
  }
  const unusable = unusableReason(value);
  if (unusable !== undefined) return unusable;
  if (typeof value === "number" || typeof value === "boolean") {
    return `must be a string, not a ${typeof value}: write it in quotes, or use String(value)`;
  }
  if (typeof value !== "string") return `must be a string, not ${kindOf(value)}; use JSON.stringify(value)`;
  return value.includes("\0") ? "must not contain a NUL character" : undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isAsset(value: unknown): boolean {
  return isMap(value) && ["text", "file", "folder"].some((key) => typeof value[key] === "string");
}
