/** Compares what is deployed with what is wanted, property by property. No network; unknown values are changes. */
import { type Property, type PropertyName, propertyNames, propertyOf } from "./properties";
import { type SavedState, savedValue } from "./state";
import { equal, hasUnknown } from "./values";

/** What an `up` has to do. A closed union, so that a senseless answer does not compile. */
export type Change =
  /** Nothing that matters differs; new spellings of equal inputs are kept. */
  | { kind: "none" }
  /** Inputs are as deployed, but an earlier operation left work undone. */
  | { kind: "repair" }
  | { kind: "update"; names: PropertyName[] }
  | { kind: "replace"; names: PropertyName[] };

/** `inputs` may hold unknown values anywhere, in a real run too. */
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
  // An imported app says neither its main file nor the account it was read with: nothing to replace it for.
  const unknownPast = present === undefined && (name === "mainFile" || saved.deployment === undefined);
  if (property.effect === "replace" && unknownPast) return false;
  return !equal(present, wanted);
}
