/** Plain values as they cross between program, engine and provider: unknown ones, ones that cannot cross, and equality. */

/** The engine's placeholder for a value that is known only at deploy time (`rpc.unknownValue` of the SDK); may replace a value of any type. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return value === unknownValue;
}

/** Whether the value or any value in it is unknown. */
export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnknown);
}

const reasonKey = "__unusable";

/** Replaces a value that cannot reach the provider, such as a `Map`; check reports the reason. */
export function unusable(reason: string): Record<string, string> {
  return { [reasonKey]: reason };
}

/** The reason given to `unusable`; undefined for any other value. */
export function unusableReason(value: unknown): string | undefined {
  const reason = isMap(value) ? value[reasonKey] : undefined;
  return typeof reason === "string" ? reason : undefined;
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep equality of plain data; the order of keys does not matter. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
  );
}

/** The same object without the properties whose value is undefined. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
