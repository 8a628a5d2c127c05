/**
 * Predicts outputs for previews. Pure: outputs that an operation keeps, or that follow from its inputs, are known; `null` means
 * that there will be none; outputs that only the API determines are unknown.
 */
import { appFieldNames } from "../api/app";
import { diff } from "./diff";
import { argumentNames, namesWithEffect, properties, propertyOf } from "./properties";
import type { SavedState } from "./state";
import { isUnknown, unknownValue } from "./values";

type Values = Readonly<Record<string, unknown>>;
type Predicted = Record<string, unknown>;

/** Determined by the API; never change. */
const permanent: readonly string[] = ["userId", "createdAt", "dashboardUrl"];
const address: readonly string[] = ["url", "assignedSubdomain", "assignedCustomDomain"];
/** Determined by the API; may change with any call that changes the app. */
const volatile: readonly string[] = [
  ...appFieldNames.filter((name) => !(name in properties) && ![...permanent, ...address].includes(name)),
  "deployment",
];
/** If absent from the inputs, there is no such output. */
const optionalArguments = argumentNames.filter(
  (name) => propertyOf(name).required === undefined && propertyOf(name).default === undefined,
);
const stateOnly: readonly string[] = namesWithEffect("state");

/** The outputs of an app that will be created. */
export function predictCreate(inputs: Values): Predicted {
  return {
    ...all([...permanent, ...volatile], unknownValue),
    ...all(address, inputs["exposedViaWeb"] === false ? null : unknownValue),
    online: onlineAfter(inputs, undefined),
    ...all(optionalArguments, null),
    startupCommand: unknownValue,
    ...inputs,
  };
}

/** The outputs of an app after an update to these inputs. */
export function predictUpdate(saved: SavedState, inputs: Values): Predicted {
  const before = saved as Values;
  const change = diff(saved, inputs);
  const changed = (name: string) =>
    change.kind === "update" && (change.names as readonly string[]).includes(name);
  // Without a call to the API, such as for a change that only affects the state, nothing else changes.
  const untouched =
    change.kind === "none" ||
    (change.kind === "update" && change.names.every((name) => stateOnly.includes(name)));
  return {
    ...known(before, permanent),
    ...(untouched ? known(before, volatile) : all(volatile, unknownValue)),
    ...addressAfter(before, inputs, changed("exposedViaWeb")),
    online: untouched ? before["online"] : onlineAfter(inputs, before["online"]),
    ...all(optionalArguments, null),
    startupCommand: changed("runtimeEnvironment") ? unknownValue : (before["startupCommand"] ?? unknownValue),
    ...inputs,
  };
}

function addressAfter(before: Values, inputs: Values, exposureChanges: boolean): Predicted {
  if (inputs["exposedViaWeb"] === false) return all(address, null);
  if (exposureChanges || isUnknown(inputs["exposedViaWeb"])) return all(address, unknownValue);
  // An unknown address is requested after the update.
  if (typeof before["url"] !== "string") return all(address, unknownValue);
  return Object.fromEntries(address.map((name) => [name, before[name] ?? null]));
}

function onlineAfter({ running, waitForOnline }: Values, before: unknown): unknown {
  if (isUnknown(running)) return unknownValue;
  if (running === false) return false;
  // An app that somebody stopped stays stopped while its power state is not managed.
  if (running === undefined && before === false) return false;
  return waitForOnline === true ? true : unknownValue;
}

function all(names: readonly string[], value: unknown): Predicted {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function known(before: Values, names: readonly string[]): Predicted {
  return Object.fromEntries(names.map((name) => [name, before[name] ?? null]));
}
