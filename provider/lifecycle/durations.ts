/** `customTimeouts` and their defaults; values are Go durations such as `10m` or `1h30m`. */

export type OperationKind = "create" | "update" | "delete";

export type Timeouts = Partial<Record<OperationKind, string>>;

const minute = 60_000;

const defaults: Record<OperationKind, number> = {
  create: 10 * minute,
  update: 10 * minute,
  delete: 5 * minute,
};

const units: Record<string, number> = { ms: 1, s: 1000, m: minute, h: 60 * minute };

/** Milliseconds; undefined if the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    sum += Number(amount) * (units[unit ?? ""] ?? 0);
  }
  return sum;
}

/** Milliseconds that the operation may take. */
export function timeoutOf(operation: OperationKind, timeouts: unknown): number {
  const text =
    typeof timeouts === "object" && timeouts !== null ? (timeouts as Timeouts)[operation] : undefined;
  const given = typeof text === "string" ? parseDuration(text) : undefined;
  return given === undefined || given === 0 ? defaults[operation] : given;
}
