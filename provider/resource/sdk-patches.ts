/** Two changes to the SDK's behaviour while a resource is registered: what it logs, and which stack traces it records. */
import { ReadResourceResponse, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";

/**
 * Keeps outputs out of debug messages, which `up --json` and event logs contain in plain text: when a resource is registered
 * or read, the SDK logs the engine's whole response, secrets included, using `toString`. For our resources that now returns
 * the URN alone. Nothing else calls `toString` on a response.
 */
export function hideOutputsFromDebugLog(): void {
  for (const type of [RegisterResourceResponse, ReadResourceResponse]) {
    const whole = type.prototype.toString;
    if (Object.hasOwn(type.prototype, "toString")) continue;
    type.prototype.toString = function (this: { getUrn(): string }) {
      return this.getUrn().includes("camposcloud:") ? this.getUrn() : whole.call(this);
    };
  }
}

/** The internal module of the SDK that records where promises were created. */
const debuggable = optional("@pulumi/pulumi/runtime/debuggable");
type Recorder = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Keeps the SDK from recording stack traces of its promises until the returned function is called; no asynchronous code may
 * run in between.
 *
 * For each output the SDK records four (`debuggablePromise`), used only in its report on leaked promises. Pulumi runs programs
 * with ts-node, whose source maps make this several times slower than the rest of creating a resource. All other traces are
 * complete: those of errors, and the position of the resource in the program.
 */
export function pausePromiseTraces(): () => void {
  const record = debuggable["debuggablePromise"];
  if (typeof record !== "function" || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return () => undefined;
  const untraced: Recorder = function (...args) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return record.apply(this, args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  Reflect.set(debuggable, "debuggablePromise", untraced);
  return () => {
    Reflect.set(debuggable, "debuggablePromise", record);
  };
}

/** Empty if this version of the SDK does not have it. */
function optional(module: string): Record<string, unknown> {
  try {
    return require(module);
  } catch {
    return {};
  }
}
