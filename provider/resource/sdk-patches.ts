/** Two changes to how the SDK behaves while a resource is registered: what it logs, and how it records stack traces. */
import { ReadResourceResponse, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";

/**
 * When a resource is registered or read, the SDK writes the engine's whole answer, secrets included, into a debug message,
 * as the answer's own text. For our resources that text becomes the URN alone. Nothing else makes a text of an answer.
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
 * Turns the formatting of stack traces off until the answered function is called; nothing asynchronous may lie between.
 *
 * With each output the SDK notes four stack traces (`debuggablePromise`), for its report on leaked promises alone. Through
 * the source maps of ts-node, which Pulumi runs programs with, that takes several times as long as all else that making a
 * resource does. Two kinds of traces are kept: where the resource stands in the program, which the SDK asks for without a
 * limit; and those of errors, which are formatted when somebody looks at them, and that is later.
 */
export function pauseStackTraces(): () => void {
  const { prepareStackTrace } = Error;
  // Without a formatter of its own a program pays little, and nobody could be asked for the position then.
  if (!prepareStackTrace || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return () => undefined;
  Error.prepareStackTrace = (error, frames) =>
    Error.stackTraceLimit === Number.POSITIVE_INFINITY ? prepareStackTrace(error, frames) : String(error);
  return () => {
    Error.prepareStackTrace = prepareStackTrace;
  };
}
