/** Converts the arguments to plain inputs that can be sent to the provider, and marks secrets. */
import * as pulumi from "@pulumi/pulumi";
import { isMap, unusable, unusableReason } from "../lifecycle/values";
import type { CamposAppArgs } from "./args";

/** The inputs of the dynamic and of the native resource. */
export function plainArguments(args: CamposAppArgs): pulumi.Inputs {
  const inputs = Object.entries(args).map(([name, value]) => [name, crossable(value)] as const);
  return {
    ...Object.fromEntries(inputs),
    source: plainSource(args.source),
    environmentVariables: secretVariables(args.environmentVariables),
  };
}

/** Marks `environmentVariables` as secret whatever its type: an invalid argument must not reveal a value. */
function secretVariables(variables: unknown): pulumi.Input<unknown> {
  if (variables === undefined || variables === null) return undefined;
  if (pulumi.Output.isInstance(variables) || variables instanceof Promise) {
    const output: pulumi.Output<unknown> = pulumi.output(variables as Promise<unknown>);
    return pulumi.secret(output.apply(crossable));
  }
  if (crossable(variables) !== variables) return crossable(variables);
  if (typeof variables !== "object" || Array.isArray(variables)) return pulumi.secret(variables);
  // Each value separately, so that a preview shows which variables change without revealing them.
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, pulumi.secret(crossable(value))]),
  );
}

/**
 * Names of the arguments that the program marked as secret. The engine does not pass these marks to a provider, but outputs
 * that are derived from a secret must be secret, too.
 */
export function secretArguments(args: CamposAppArgs): pulumi.Output<string[]> | undefined {
  const candidates = Object.entries(args).filter(
    ([name, value]) => name !== "environmentVariables" && typeof value === "object" && value !== null,
  );
  if (candidates.length === 0) return undefined;
  const names = candidates.map(async ([name, value]) => ((await isSecret(value)) ? [name] : []));
  return pulumi.output(Promise.all(names).then((each) => each.flat()));
}

// A rejected promise is reported elsewhere.
function isSecret(value: unknown): Promise<boolean> {
  return pulumi.isSecret(pulumi.output(value)).catch(() => true);
}

type PlainSource = string | Record<string, unknown>;

/** A folder stays a path, so that the engine does not hash it; the provider does, after applying the ignore rules. */
function plainSource(source: CamposAppArgs["source"] | undefined): pulumi.Input<PlainSource> | undefined {
  if (source === undefined || source === null || typeof source === "string") return source;
  if (crossable(source) !== source) return crossable(source) as unknown as PlainSource;
  // `output` flattens assets to plain objects, whichever copy of the SDK made them.
  const flat: pulumi.Output<unknown> = pulumi.output(source as object);
  return flat.apply((known) => plain(crossable(known)) as PlainSource);
}

function plain(source: unknown): unknown {
  if (!isMap(source)) return source;
  if (typeof source["path"] === "string" && isArchive(source)) return source["path"];
  if (unusableReason(source) !== undefined) return source;
  const map = isArchive(source) && isMap(source["assets"]) ? source["assets"] : source;
  if (isArchive(map)) return { archive: plainAsset(map) };
  return Object.fromEntries(Object.entries(map).map(([path, asset]) => [path, plainAsset(asset)]));
}

/** Anything else is passed on, and check rejects it. */
function plainAsset(asset: unknown): unknown {
  if (!isMap(asset)) return asset;
  if (typeof asset["text"] === "string") return { text: asset["text"] };
  if (typeof asset["path"] === "string")
    return isArchive(asset) ? { folder: asset["path"] } : { file: asset["path"] };
  return typeof asset["uri"] === "string" ? { uri: asset["uri"] } : asset;
}

function isArchive(value: Record<string, unknown>): boolean {
  return value["__pulumiArchive"] === true;
}

/** Values of these kinds would arrive as `{}` or not at all; check reports the text instead. */
const unusableKinds: readonly [kind: (value: unknown) => boolean, reason: string][] = [
  [(value) => value instanceof URL, "is a URL object: write fileURLToPath(url), which node:url exports"],
  [(value) => value instanceof Map, "is a Map: write a plain object, such as Object.fromEntries(map)"],
  [(value) => value instanceof Set, "is a Set: write an array, such as [...set]"],
  [(value) => value instanceof Date, "is a Date: write a string, such as date.toISOString()"],
  [(value) => typeof value === "function", "is a function: call it, or write its result"],
  [(value) => typeof value === "bigint", "is a bigint: write a number"],
  [(value) => typeof value === "symbol", "is a symbol: write a string"],
];

/** The value itself, or a placeholder with the reason why it cannot cross. */
function crossable<T>(value: T): T {
  const found = unusableKinds.find(([kind]) => kind(value));
  return found === undefined ? value : (unusable(found[1]) as T);
}
