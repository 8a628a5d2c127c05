/** Two changes to the SDK's behaviour while a resource is registered: what it logs, and how it records stack traces. */
import { ReadResourceResponse, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";

/**
 * Keeps outputs out of debug messages, which `up --json` and event logs contain in plain text: when a resource is registered
 * or read, the SDK logs the engine's whole response, secrets included, using `toString`. For our resources that now returns
 * the URN alone. Nothing else calls `toString` on a response.
 */
export function hideOutputsFromDebugLog(): void {
  for (const answer of [RegisterResourceResponse, ReadResourceResponse]) {
    const whole = answer.prototype.toString;
    if (Object.hasOwn(answer.prototype, "toString")) continue;
    answer.prototype.toString = function (this: { getUrn(): string }) {
      return this.getUrn().includes("camposcloud:") ? this.getUrn() : whole.call(this);
    };
  }
}

/**
 * Disables the formatting of stack traces until the returned function is called; no asynchronous code may run in between.
 *
 * For each output the SDK records four stack traces (`debuggablePromise`), used only in its report on leaked promises. Pulumi
 * runs programs with ts-node, whose source maps make this several times slower than the rest of creating a resource. Two
 * kinds of traces still work: the position of the resource in the program, for which the SDK sets no limit on the number of
 * frames, and those of errors, which are formatted when they are first read, that is, later.
 */
export function pauseStackTraces(): () => void {
  const { prepareStackTrace } = Error;
  // Without a custom formatter the cost is small, and there would be nothing to format positions with.
  if (!prepareStackTrace || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return () => undefined;
  Error.prepareStackTrace = (error, frames) =>
    Error.stackTraceLimit === Number.POSITIVE_INFINITY ? prepareStackTrace(error, frames) : String(error);
  return () => {
    Error.prepareStackTrace = prepareStackTrace;
  };
}
