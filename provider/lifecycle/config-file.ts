/** Defaults from a `camposcloud.config` in the source, each with the file and line to blame when it is wrong. */

/** As `parseConfig` of the packaging room answers it. */
export interface ParsedConfig {
  values: Partial<Record<ConfigKey, { value: string; line: number }>>;
  problems: { line: number; problem: string }[];
}

type ConfigKey = "DISPLAY_NAME" | "MAIN" | "MEMORY" | "RUNTIME" | "STARTUP" | "AUTORESTART";

interface Row {
  argument: string;
  /** Undefined when the text is no such value. */
  read(value: string): unknown;
  expected: string;
}

const rows: Partial<Record<ConfigKey, Row>> = {
  MAIN: { argument: "mainFile", read: (value) => value || undefined, expected: "a path" },
  MEMORY: {
    argument: "memoryMB",
    read: (value) => (/^[1-9]\d*$/.test(value) ? Number(value) : undefined),
    expected: "a whole number of megabytes",
  },
  RUNTIME: {
    argument: "runtimeEnvironment",
    read: (value) => (["python", "nodejs"].includes(value.toLowerCase()) ? value.toLowerCase() : undefined),
    expected: "python or nodejs",
  },
  STARTUP: { argument: "startupCommand", read: (value) => value || undefined, expected: "a command" },
  AUTORESTART: { argument: "autoRestartEnabled", read: readBoolean, expected: "true or false" },
};

export interface ConfigDefaults {
  values: Record<string, unknown>;
  failures: { property: string; reason: string }[];
}

/** Values that an argument overrides anyway are not judged. */
export function configDefaults(parsed: ParsedConfig, given: (argument: string) => boolean): ConfigDefaults {
  const values: ConfigDefaults["values"] = {};
  const failures = parsed.problems.map(({ line, problem }) => ({
    property: "source",
    reason: `camposcloud.config, line ${line}: ${problem}`,
  }));
  for (const [key, row] of Object.entries(rows) as [ConfigKey, Row][]) {
    const entry = parsed.values[key];
    if (entry === undefined || given(row.argument)) continue;
    const value = row.read(entry.value.trim());
    if (value !== undefined) values[row.argument] = value;
    else if (entry.value.trim() !== "")
      failures.push({ property: row.argument, reason: blame(key, entry, row) });
  }
  return { values, failures };
}

function blame(key: ConfigKey, { value, line }: { value: string; line: number }, { expected }: Row): string {
  return `camposcloud.config, line ${line}: ${key}=${value} must be ${expected}`;
}

function readBoolean(value: string): boolean | undefined {
  const known: Record<string, boolean> = {
    true: true,
    false: false,
    "1": true,
    "0": false,
    yes: true,
    no: false,
  };
  return known[value.toLowerCase()];
}
