/**
 * The one door between our code and the SDK's provider process. What leaves is plain JSON, with text ids and fresh, short,
 * masked Errors: the SDK fails, hangs or loses an app on anything else (an `undefined` in an answer, a foreign `id`, `code`
 * or `metadata` on an error, a thrown value that is no Error).
 */
import { UserError } from "../errors";
import { IncompleteError } from "../lifecycle/failures";
import { secretNames as secretProperties } from "../lifecycle/properties";
import type { Deployment } from "../lifecycle/state";
import { isUnknown, unusableReason } from "../lifecycle/values";

/** Longer texts help nobody and can break clients of the provider process. */
const longestText = 4000;

export interface Door {
  /** Masks secrets; applied to every text that leaves. */
  mask(text: string): string;
  /** The state text that goes with the outputs of an incomplete resource; without it they cannot be refreshed or destroyed. */
  providerText: unknown;
}

/** Runs one method of the provider; whatever it throws becomes an error that the SDK can carry. */
export async function guarded<T>(door: Door, run: () => Promise<T> | T): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw outgoing(door, error);
  }
}

function outgoing(door: Door, error: unknown): Error {
  if (error instanceof IncompleteError) return incomplete(door, error);
  return plain(textOf(door, error));
}

function incomplete(door: Door, error: IncompleteError): Error {
  const reasons = error.reasons.map((reason) => bounded(door.mask(reason)));
  const properties = { ...outputs(error.state), __provider: door.providerText };
  return Object.assign(plain(reasons.join("; ")), { id: error.id, reasons, properties: toWire(properties) });
}

// Without a name and a stack, the line that the SDK prints beside the message stays short.
function plain(text: string): Error {
  const error = new Error(text);
  error.name = "";
  error.stack = "";
  return error;
}

/** The message of whatever was thrown, masked and bounded. */
export function textOf(door: Pick<Door, "mask">, error: unknown): string {
  const text = wordsOf(error);
  if (error instanceof UserError) return bounded(door.mask(text));
  const where = placeOf(error);
  const report = `Bug in pulumi-camposcloud, please report it: ${text}${where === "" ? "" : ` (at ${where})`}`;
  return bounded(door.mask(report));
}

// Anything can be thrown, also what throws again when it is asked for its text.
function wordsOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "something without a text was thrown";
  }
}

// The SDK formats stacks when they are first read, with the help of the error's own text.
function placeOf(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack?.match(/\n\s+at (.*)/)?.[1] ?? "") : "";
  } catch {
    return "";
  }
}

export function bounded(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/** Plain JSON: `undefined` is dropped, dates become texts. */
export function toWire<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The engine's form of a secret value (`4dabf…` marks a special value, `1b470…` a secret). It comes back unwrapped. */
function secret(value: unknown): unknown {
  // The engine marks a value that it does not know yet by itself.
  if (isUnknown(value) || value === undefined) return value;
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/**
 * Outputs or inputs ready for the wire. Environment variables are marked secret one by one, whoever added them. So are the
 * settings in `deployment`, which may be secret where they were given, and what else is named.
 */
export function outputs(values: object, secretNames: readonly string[] = []): Record<string, unknown> {
  const marked: Record<string, unknown> = { ...values };
  for (const name of secretNames) marked[name] = secret(marked[name]);
  for (const name of secretProperties) marked[name] = eachSecret(marked[name]);
  const { deployment } = values as { deployment?: Deployment };
  if (deployment !== undefined) marked["deployment"] = { ...deployment, applied: secret(deployment.applied) };
  return toWire(marked);
}

function eachSecret(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return secret(value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, secret(each)]));
}

/** The texts in the secret properties, whatever shape these have, and in the others that are named. */
export function secretTexts(
  values: Readonly<Record<string, unknown>>,
  secretNames: readonly string[] = [],
): string[] {
  return [...secretProperties, ...secretNames].flatMap((name) => textsIn(values[name]));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return isUnknown(value) ? [] : [value];
  if (typeof value === "number") return [String(value)];
  // Stands for a value that could not cross, and is our own text.
  if (unusableReason(value) !== undefined) return [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
