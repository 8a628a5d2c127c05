/** Which values cannot cross to the provider, and what to write in their place. */

/** What cannot cross: objects of these kinds would arrive as `{}` or not at all. Check shows the text. */
const unusable: readonly [kind: (value: unknown) => boolean, reason: string][] = [
  [(value) => value instanceof URL, "is a URL object: write fileURLToPath(url), which node:url exports"],
  [(value) => value instanceof Map, "is a Map: write a plain object, such as Object.fromEntries(map)"],
  [(value) => value instanceof Set, "is a Set: write an array, such as [...set]"],
  [(value) => value instanceof Date, "is a Date: write a string, such as date.toISOString()"],
  [(value) => typeof value === "function", "is a function: call it, or write its result"],
  [(value) => typeof value === "bigint", "is a bigint: write a number"],
  [(value) => typeof value === "symbol", "is a symbol: write a string"],
];

/** The value, or in the place of one that cannot cross what to write instead. */
export function crossable<T>(value: T): T {
  const found = unusable.find(([kind]) => kind(value));
  return found === undefined ? value : ({ __unusable: found[1] } as T);
}
