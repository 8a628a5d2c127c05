/** Compares the deployed properties with the inputs. No network; unknown values count as changes. */
import { type Property, type PropertyName, propertyNames, propertyOf } from "./properties";
import { type SavedState, savedValue } from "./state";
import { equal, hasUnknown } from "./values";

/** What an `up` has to do. */
export type Change =
  /** No relevant difference. */
  | { kind: "none" }
  /** The inputs are as deployed, but an earlier operation left steps pending. */
  | { kind: "repair" }
  | { kind: "update"; names: PropertyName[] }
  | { kind: "replace"; names: PropertyName[] };

/** `inputs` may contain unknown values anywhere, even in a real run. */
export function diff(saved: SavedState, inputs: Readonly<Record<string, unknown>>): Change {
  const changed = propertyNames.filter((name) => differs(name, saved, inputs[name]));
  const replacing = changed.filter(
    (name) => propertyOf(name).effect === "replace" && !hasUnknown(inputs[name]),
  );
  if (replacing.length > 0) return { kind: "replace", names: replacing };
  if (changed.length > 0) return { kind: "update", names: changed };
  return (saved.deployment?.pending.length ?? 0) > 0 ? { kind: "repair" } : { kind: "none" };
}

function differs(name: PropertyName, saved: SavedState, wanted: unknown): boolean {
  const property: Property = propertyOf(name);
  if (property.effect === "none") return false;
  const present = savedValue(saved, name);
  // The main file and the account of an imported app are unknown, which is no reason to replace it.
  const unknownPast = present === undefined && (name === "mainFile" || saved.deployment === undefined);
  if (property.effect === "replace" && unknownPast) return false;
  return !equal(present, wanted);
}
