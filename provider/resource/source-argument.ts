/** Turns the argument `source` into plain data, so that the engine never hashes the folder: the provider does, with its ignore rules. */
import * as pulumi from "@pulumi/pulumi";
import type { CamposAppArgs } from "./args";
import { crossable } from "./crossable";

type Plain = string | Record<string, unknown>;

export function plainSource(source: CamposAppArgs["source"] | undefined): pulumi.Input<Plain> | undefined {
  if (source === undefined || source === null || typeof source === "string") return source;
  if (crossable(source) !== source) return crossable(source) as unknown as Plain;
  // `output` flattens assets to plain objects, whichever copy of the SDK made them.
  const flat: pulumi.Output<unknown> = pulumi.output(source as object);
  return flat.apply((known) => plain(crossable(known)) as Plain);
}

function plain(source: unknown): unknown {
  if (!isObject(source)) return source;
  if (typeof source["path"] === "string" && isArchive(source)) return source["path"];
  if (typeof source["__unusable"] === "string") return source;
  const map = isArchive(source) && isObject(source["assets"]) ? source["assets"] : source;
  if (isArchive(map)) return { archive: plainAsset(map) };
  return Object.fromEntries(Object.entries(map).map(([path, asset]) => [path, plainAsset(asset)]));
}

/** What is none of these is handed on for check to refuse with a word on what to do. */
function plainAsset(asset: unknown): unknown {
  if (!isObject(asset)) return asset;
  if (typeof asset["text"] === "string") return { text: asset["text"] };
  if (typeof asset["path"] === "string")
    return isArchive(asset) ? { folder: asset["path"] } : { file: asset["path"] };
  return typeof asset["uri"] === "string" ? { uri: asset["uri"] } : asset;
}

function isArchive(value: Record<string, unknown>): boolean {
  return value["__pulumiArchive"] === true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
