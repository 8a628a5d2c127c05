/** The differences between inputs by path, as the engine shows them: per environment variable, per file, per field. */
import { equal, isMap } from "../../lifecycle/values";
import type { Values } from "../operations";

export type DifferenceKind = "add" | "delete" | "update";

export interface Difference {
  /** In the engine's notation, such as `environmentVariables.A` or `sourceFiles["index.js"]`. */
  path: string;
  kind: DifferenceKind;
}

/** A change of the files is shown as the changed files, not only as a different hash. */
const shownAs: Readonly<Record<string, string>> = { sourceHash: "sourceFiles" };

/** `names` are the properties that differ between the deployed state and the inputs. */
export function detailedDiff(names: readonly string[], olds: Values, news: Values): Difference[] {
  return names.flatMap((name) => {
    const shown = shownAs[name] ?? name;
    const found = differences(shown, olds[shown], news[shown]);
    return found.length > 0 ? found : [{ path: name, kind: kindOf(olds[name], news[name]) }];
  });
}

function differences(path: string, old: unknown, wanted: unknown): Difference[] {
  if (equal(old, wanted)) return [];
  if (!isMap(old) || !isMap(wanted)) return [{ path, kind: kindOf(old, wanted) }];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(wanted)])].sort();
  return keys.flatMap((key) => differences(`${path}${step(key)}`, old[key], wanted[key]));
}

function step(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function kindOf(old: unknown, wanted: unknown): DifferenceKind {
  if (old === undefined) return wanted === undefined ? "update" : "add";
  return wanted === undefined ? "delete" : "update";
}
