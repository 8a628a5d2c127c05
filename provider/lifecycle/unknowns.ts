/** Values that the engine does not know yet. They may stand anywhere, in place of a map or a number too. */

/** The engine's own marker for a value that is known only at deploy time (`rpc.unknownValue` of the SDK). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return value === unknownValue;
}

export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnknown);
}
