/**
 * The boundary between our code and the SDK's provider process. Only plain JSON, string ids and new, short, masked Errors pass
 * it: anything else (`undefined` in a result, `id`, `code` or `metadata` on another error, a thrown value that is not an Error)
 * makes the SDK fail, hang or lose an app.
 */
import { UserError } from "../errors";
import { IncompleteError } from "../lifecycle/failures";
import { secretNames as secretProperties } from "../lifecycle/properties";
import type { Deployment } from "../lifecycle/state";
import { isUnknown, unusableReason } from "../lifecycle/values";

/** Longer texts are useless and can break clients of the provider process. */
const maxTextLength = 4000;

export interface BoundaryContext {
  /** Masks secrets; applied to every text that passes the boundary. */
  mask(text: string): string;
  /** The text of `state-text.ts` for the outputs of an incomplete resource, which could not be refreshed or destroyed without it. */
  providerText: unknown;
}

/** Runs a method of the provider; converts any thrown value to an error that the SDK can transport. */
export async function guarded<T>(context: BoundaryContext, run: () => Promise<T> | T): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw outgoing(context, error);
  }
}

function outgoing(context: BoundaryContext, error: unknown): Error {
  if (error instanceof IncompleteError) return incomplete(context, error);
  return plain(textOf(context, error));
}

function incomplete(context: BoundaryContext, error: IncompleteError): Error {
  const reasons = error.reasons.map((reason) => bounded(context.mask(reason)));
  const properties = { ...outputs(error.state), __provider: context.providerText };
  return Object.assign(plain(reasons.join("; ")), { id: error.id, reasons, properties: toWire(properties) });
}

// Without a name and a stack, the SDK prints no more than the message.
function plain(text: string): Error {
  const error = new Error(text);
  error.name = "";
  error.stack = "";
  return error;
}

/** The message of any thrown value, masked and limited in length. */
export function textOf(context: Pick<BoundaryContext, "mask">, error: unknown): string {
  const text = messageOf(error);
  if (error instanceof UserError) return bounded(context.mask(text));
  const where = placeOf(error);
  const report = `Bug in pulumi-camposcloud, please report it: ${text}${where === "" ? "" : ` (at ${where})`}`;
  return bounded(context.mask(report));
}

// The thrown value may throw again when it is converted to a string.
function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "a value without a text was thrown";
  }
}

// A stack is formatted when it is first read, which calls methods of the error.
function placeOf(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack?.match(/\n\s+at (.*)/)?.[1] ?? "") : "";
  } catch {
    return "";
  }
}

export function bounded(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
}

/** Plain JSON: `undefined` is removed, dates become strings. */
export function toWire<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The engine's encoding of a secret (`4dabf…` marks a special value, `1b470…` a secret). It comes back unwrapped. */
function secret(value: unknown): unknown {
  // The engine itself marks unknown values.
  if (isUnknown(value) || value === undefined) return value;
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/**
 * Encodes outputs or inputs. Each environment variable is marked as secret, whoever added it, and so are the named properties
 * and the settings in `deployment`, which may be secret in the program.
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

/** All texts in the secret properties, whatever their type, and in the named ones. */
export function secretTexts(
  values: Readonly<Record<string, unknown>>,
  secretNames: readonly string[] = [],
): string[] {
  return [...secretProperties, ...secretNames].flatMap((name) => textsIn(values[name]));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return isUnknown(value) ? [] : [value];
  if (typeof value === "number") return [String(value)];
  // A placeholder for a value that could not be sent contains only our own text.
  if (unusableReason(value) !== undefined) return [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
