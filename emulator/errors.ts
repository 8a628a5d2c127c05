/** Owns the catalogue of API errors: each with a status, a short name and a sentence. */

import type { Variants } from "./options";
import type { WireError } from "./wire";

/** Thrown by handlers; becomes an error response. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    message: string,
  ) {
    super(message);
  }
}

export const badRequest = (message: string) => new Refusal(400, "Bad request", message);
export const notFound = (message: string) => new Refusal(404, "Not found", message);
export const unauthorized = () =>
  new Refusal(
    401,
    "Unauthorized",
    "The API key is missing or wrong; send it as `Authorization: Bearer <key>`.",
  );
export const forbidden = (message: string) => new Refusal(403, "Forbidden", message);
export const conflict = (message: string) => new Refusal(409, "Conflict", message);
export const methodNotAllowed = (method: string, allowed: string) =>
  new Refusal(405, "Method not allowed", `${method} is not allowed here; use ${allowed}.`);
export const tooManyRequests = (what: string, seconds: number) =>
  new Refusal(429, "Too many requests", `More than ${what}; try again in ${seconds} s.`);
/** The error for a full disk or an exceeded file limit; undefined for any other error. */
export function outOfSpace(cause: unknown): Refusal | undefined {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (!["ENOSPC", "EDQUOT", "EFBIG"].includes(code)) return undefined;
  return new Refusal(507, "Not enough disk space", `The disk of the emulator is full (${code}).`);
}
export const serverError = (message: string) => new Refusal(500, "Internal server error", message);

export function errorBody(refusal: Refusal, style: Variants["errorBody"]): WireError {
  return style === "error-only"
    ? { error: refusal.error }
    : { error: refusal.error, message: refusal.message };
}
