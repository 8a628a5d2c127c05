/** The errors that the lifecycle distinguishes. */
import { ApiError, type ApiErrorKind } from "../api/errors";
import { UserError } from "../errors";
import type { AppState, Step } from "./state";

/** The app exists but the operation failed. The caller must record the id and the state. */
export class IncompleteError extends UserError {
  override readonly name = "IncompleteError";

  constructor(
    readonly id: string,
    readonly state: AppState,
    /** One line each: what went wrong and what to do. Never empty: the engine discards a failure without reasons. */
    readonly reasons: readonly [string, ...string[]],
  ) {
    super(reasons.join("\n"));
  }

  /** The same failure without a pending step that has been completed since. */
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

/** The user's request cannot be fulfilled; the message says why and what to do. */
export class RefusedError extends UserError {
  override readonly name = "RefusedError";
}

/** How a request failed; undefined for any other error. */
export function apiErrorKind(error: unknown): ApiErrorKind | undefined {
  return error instanceof ApiError ? error.kind : undefined;
}

/** The HTTP status, if the API responded. */
export function apiStatus(error: unknown): number | undefined {
  return error instanceof ApiError ? error.status : undefined;
}

/** Whether the failed request may have taken effect. */
export function maybeApplied(error: unknown): boolean {
  return error instanceof ApiError && error.maybeApplied;
}

export { messageOf } from "../errors";
