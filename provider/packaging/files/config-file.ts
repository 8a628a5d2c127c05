/** Parses `camposcloud.config`, the platform's settings file, into values with their line numbers. */

/** At the root of the source. */
export const configName = "camposcloud.config";

const keys = ["DISPLAY_NAME", "MAIN", "MEMORY", "RUNTIME", "STARTUP", "AUTORESTART"] as const;

export type ConfigKey = (typeof keys)[number];

export interface ConfigValue {
  value: string;
  /** From 1. */
  line: number;
}

export interface ConfigProblem {
  /** From 1. */
  line: number;
  /** What is wrong and what to do. */
  problem: string;
}

export interface Config {
  values: Partial<Record<ConfigKey, ConfigValue>>;
  problems: ConfigProblem[];
}

/**
 * `KEY=VALUE` lines. A line that starts with `#` is a comment, the case of keys does not matter, and one pair of quotes around a
 * value is removed. Unknown keys and empty values are ignored. If a key is set twice, the first value counts.
 */
export function parseConfig(text: string): Config {
  const config: Config = { values: {}, problems: [] };
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) readLine(raw.trim(), index + 1, config);
  return config;
}

function readLine(text: string, line: number, { values, problems }: Config): void {
  if (text === "" || text.startsWith("#")) return;
  const equals = text.indexOf("=");
  if (equals < 1) {
    problems.push({ line, problem: "this is not KEY=VALUE. Start a comment with #." });
    return;
  }
  const name = text.slice(0, equals).trim().toUpperCase();
  const key = keys.find((known) => known === name);
  if (!key) return;
  const value = unquote(text.slice(equals + 1).trim());
  const earlier = values[key];
  if (earlier)
    problems.push({ line, problem: `${key} is already set on line ${earlier.line}. Delete one of the two.` });
  else if (value !== "") values[key] = { value, line };
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return quoted?.[2] ?? value;
}
