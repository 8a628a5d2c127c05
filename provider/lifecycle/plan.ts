/** Turns a change into the fewest steps. Pure functions. */
import type { Change } from "./diff";
import { type Effect, type PropertyName, propertyOf } from "./properties";
import type { CheckedInputs, Step } from "./state";

/** A leftover marker makes the app look like an unfinished creation, so it is removed first. */
const order: readonly Step[] = ["marker", "settings", "upload", "prune", "power", "wait"];

export interface PlanOptions {
  change: Change;
  inputs: CheckedInputs;
  /** Steps that an earlier operation left pending. */
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

// An optional argument that was removed from the program is no longer managed, which needs no call.
function effectOf(name: PropertyName, inputs: CheckedInputs): Effect {
  const { effect, optional } = propertyOf(name);
  return optional && inputs[name] === undefined ? "state" : effect;
}

export interface PowerQuestion {
  online: boolean;
  /** The argument; undefined leaves the power state alone. */
  running: boolean | undefined;
  /** New files or settings only take effect after a restart. */
  restartNeeded: boolean;
  /** The app should run, but an earlier operation ended before it did. */
  revive: boolean;
}

/** The call, if any, that brings the app into the desired power state. */
export function powerCall({
  online,
  running,
  restartNeeded,
  revive,
}: PowerQuestion): "start" | "stop" | "restart" | "none" {
  if (running === false) return online ? "stop" : "none";
  if (online) return restartNeeded ? "restart" : "none";
  // An app that somebody stopped stays stopped, unless `running` is true.
  return running === true || revive ? "start" : "none";
}
