/** Keeps the values of an app's outputs out of the SDK's debug messages, which `up --json` and event logs hold in plain. */
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
