/** The base class of all errors whose message is written for the user. */

/**
 * The message says what was tried, what happened and what to do; it is shown unchanged. Any other error that reaches the
 * engine is a bug in this package and is reported as one.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
