/** Keeps the SDK from formatting thousands of stack traces that nobody reads, while a resource is made. */

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
