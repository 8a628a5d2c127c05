/** From a change to the fewest steps, as pure functions. */
import type { Change } from "./diff";
import { type Effect, type PropertyName, propertyOf } from "./properties";
import type { CheckedInputs, Step } from "./state";

/** A marker left behind makes the app look like an unfinished creation, so it goes first. */
const order: readonly Step[] = ["marker", "settings", "upload", "prune", "power", "wait"];

export interface PlanOptions {
  change: Change;
  inputs: CheckedInputs;
  /** Steps that an earlier operation left undone. */
  pending: readonly Step[];
}

/** The steps of an update, in order. */
export function planSteps({ change, inputs, pending }: PlanOptions): Step[] {
  const effects = change.kind === "update" ? change.names.map((name) => effectOf(name, inputs)) : [];
  const wanted = new Set<Step>(pending);
  if (effects.includes("settings")) wanted.add("settings");
  if (effects.includes("upload")) wanted.add("upload").add("prune");
  const toApply = [...wanted].some((step) => step !== "marker");
  if (toApply || effects.includes("power")) wanted.add("power").add("wait");
  return order.filter((step) => wanted.has(step));
}

// An optional argument that was taken out of the program is from now on left alone, which needs no call.
function effectOf(name: PropertyName, inputs: CheckedInputs): Effect {
  const { effect, optional } = propertyOf(name);
  return optional && inputs[name] === undefined ? "state" : effect;
}

export interface PowerQuestion {
  online: boolean;
  /** The user's wish; undefined leaves the power state alone. */
  running: boolean | undefined;
  /** New files or settings take effect only with a restart. */
  restartNeeded: boolean;
  /** It should run but an earlier operation ended before it did. */
  revive: boolean;
}

/** The one call, if any, that brings the app into the power state it should have. */
export function powerCall({
  online,
  running,
  restartNeeded,
  revive,
}: PowerQuestion): "start" | "stop" | "restart" | "none" {
  if (running === false) return online ? "stop" : "none";
  if (online) return restartNeeded ? "restart" : "none";
  // An app that somebody stopped stays stopped, unless the program says that it runs.
  return running === true || revive ? "start" : "none";
}
