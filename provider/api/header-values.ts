/** Reads numbers and waits from headers, in every form that servers write them. */

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** Seconds, an epoch in seconds (above 1e9), or a date, as a delay from now, in milliseconds; at most one hour. */
export function delayOf(value: unknown, now: number = Date.now()): number | undefined {
  const seconds = numberOf(value);
  const date = typeof value === "string" && seconds === undefined ? Date.parse(value) : Number.NaN;
  let delay: number;
  if (seconds !== undefined) delay = seconds > 1e9 ? seconds * 1000 - now : seconds * 1000;
  else if (!Number.isNaN(date)) delay = date - now;
  else return undefined;
  return Math.min(Math.max(0, delay), 3_600_000);
}
