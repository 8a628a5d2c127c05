/** Defaults from a `camposcloud.config` in the source, and the line of each invalid value. */
import type { Config, ConfigKey } from "../packaging/files/config-file";

/** How one line of the file becomes the default of an argument. */
export interface ConfigDefault {
  readonly key: ConfigKey;
  /** Undefined if the text is not a valid value. */
  readonly read: (value: string) => unknown;
  readonly expected: string;
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  "1": true,
  "0": false,
  yes: true,
  no: false,
};

export const configDefault = {
  text: (key: ConfigKey, expected: string): ConfigDefault => ({
    key,
    read: (value) => value || undefined,
    expected,
  }),
  integer: (key: ConfigKey, expected: string): ConfigDefault => ({
    key,
    read: (value) => (/^[1-9]\d*$/.test(value) ? Number(value) : undefined),
    expected,
  }),
  oneOf: (key: ConfigKey, values: readonly string[]): ConfigDefault => ({
    key,
    read: (value) => values.find((each) => each === value.toLowerCase()),
    expected: values.join(" or "),
  }),
  boolean: (key: ConfigKey): ConfigDefault => ({
    key,
    read: (value) => booleans[value.toLowerCase()],
    expected: "true or false",
  }),
};

export interface ConfigDefaults {
  values: Record<string, unknown>;
  failures: { property: string; reason: string }[];
}

/** `wanted` are the arguments that were not given; lines for other arguments are not validated. */
export function configDefaults(
  parsed: Config,
  wanted: readonly (readonly [argument: string, row: ConfigDefault])[],
): ConfigDefaults {
  const values: ConfigDefaults["values"] = {};
  const failures = parsed.problems.map(({ line, problem }) => ({
    property: "source",
    reason: `camposcloud.config, line ${line}: ${problem}`,
  }));
  for (const [argument, { key, read, expected }] of wanted) {
    const entry = parsed.values[key];
    const text = entry?.value.trim() ?? "";
    if (entry === undefined || text === "") continue;
    const value = read(text);
    if (value !== undefined) values[argument] = value;
    else {
      const reason = `camposcloud.config, line ${entry.line}: ${key}=${entry.value} must be ${expected}`;
      failures.push({ property: argument, reason });
    }
  }
  return { values, failures };
}
