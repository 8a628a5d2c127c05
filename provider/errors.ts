/** The base of every error whose message is written for the user. */

/**
 * The message says what was tried, what happened and what to do, and is shown as it is. Any other error that reaches the
 * engine is a bug of this package and is reported as one.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
