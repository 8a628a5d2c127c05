/** The configuration of a provider: from the stack, from the inputs of an explicit `Provider`, and from the environment. */
import { useConfig } from "../../api/accounts";
import type { Values } from "../operations";

export interface ConfigurationKey {
  type: "string" | "number" | "boolean" | "object";
  secret?: true;
}

/** The keys of `camposcloud:` and the inputs of `Provider`. Their documentation is that of the type `ProviderArgs`. */
export const configurationKeys: Readonly<Record<string, ConfigurationKey>> = {
  token: { type: "string", secret: true },
  baseUrl: { type: "string" },
  appUrl: { type: "string" },
  writeIntervalSeconds: { type: "number" },
  allowInsecureBaseUrl: { type: "boolean" },
  accounts: { type: "object", secret: true },
};

/** The engine unwraps secrets before it checks a configuration, so they are marked again by name. */
export const secretConfiguration: ReadonlySet<string> = new Set(
  Object.entries(configurationKeys).flatMap(([name, { secret }]) => (secret ? [name] : [])),
);

/** Forgets an earlier configuration: a plugin that is attached for debugging outlives a run of the engine. */
export function configure(values: Values): void {
  useConfig((key) => textOf(values[key]));
}

/** SDKs send numbers, booleans and objects as JSON text; YAML sends them unchanged. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
