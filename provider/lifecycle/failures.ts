/** The ways an operation can fail, as far as the lifecycle tells them apart. */
import { ApiError, type ApiErrorKind } from "../api/errors";
import { UserError } from "../errors";
import type { AppState, Step } from "./state";

/** The app exists but is not as it should be. Whoever catches this must record the id and the state. */
export class IncompleteError extends UserError {
  override readonly name = "IncompleteError";

  constructor(
    readonly id: string,
    readonly state: AppState,
    /** One line each: what went wrong and what to do. Never empty: the engine forgets a failure without reasons. */
    readonly reasons: readonly [string, ...string[]],
  ) {
    super(reasons.join("\n"));
  }

  /** The same failure, once a step that it left undone has been done after all. */
  without(done: Step): IncompleteError {
    const { deployment } = this.state;
    const pending = deployment.pending.filter((step) => step !== done);
    return new IncompleteError(
      this.id,
      { ...this.state, deployment: { ...deployment, pending } },
      this.reasons,
    );
  }
}

/** Something the user asked for cannot be done; the message says why and what to do. */
export class RefusedError extends UserError {
  override readonly name = "RefusedError";
}

/** What came of a request that failed; undefined for any other error. */
export function apiErrorKind(error: unknown): ApiErrorKind | undefined {
  return error instanceof ApiError ? error.kind : undefined;
}

/** The status that the API answered with, if it answered at all. */
export function apiStatus(error: unknown): number | undefined {
  return error instanceof ApiError ? error.status : undefined;
}

/** The request's effect may have happened although no good answer came. */
export function maybeApplied(error: unknown): boolean {
  return error instanceof ApiError && error.maybeApplied;
}

export { messageOf } from "../errors";
