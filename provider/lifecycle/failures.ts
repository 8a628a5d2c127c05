/** The ways an operation can fail, as far as the lifecycle tells them apart. */
import type { ApiErrorKind } from "../api/errors";
import type { AppState } from "./state";

/** The app exists but is not as it should be. Whoever catches this must record the id and the state. */
export class IncompleteError extends Error {
  override readonly name = "IncompleteError";

  constructor(
    readonly id: string,
    readonly state: AppState,
    /** One line each: what went wrong and what to do. Never empty: the engine forgets a failure without reasons. */
    readonly reasons: readonly [string, ...string[]],
  ) {
    super(reasons.join("\n"));
  }
}

/** Something the user asked for cannot be done; the message says why and what to do. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** The lifecycle knows the API only by its types, so an `ApiError` is told by its shape. */
export function apiErrorKind(error: unknown): ApiErrorKind | undefined {
  if (!(error instanceof Error) || error.name !== "ApiError") return undefined;
  return (error as Error & { kind: ApiErrorKind }).kind;
}

/** The status that the API answered with, if it answered at all. */
export function apiStatus(error: unknown): number | undefined {
  if (apiErrorKind(error) === undefined) return undefined;
  return (error as Error & { status: number | undefined }).status;
}

/** The request's effect may have happened although no good answer came. */
export function maybeApplied(error: unknown): boolean {
  return apiErrorKind(error) !== undefined && (error as Error & { maybeApplied: boolean }).maybeApplied;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
