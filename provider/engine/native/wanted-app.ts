/** Which app a read refers to. An import only contains an id, so for an app of another account it includes the name of the account. */
import type { Values } from "../operations";

export interface WantedApp {
  id: string;
  /** The outputs in the state, or just the account. */
  values: Values;
}

/** `id` is the app's own, or `ACCOUNT/ID`. */
export function wantedApp(id: string, olds: Values, inputs: Values): WantedApp {
  const [, account = inputs["account"], own = id] = /^([^/]+)\/([^/]+)$/.exec(id) ?? [];
  return { id: own, values: account === undefined ? olds : { account, ...olds } };
}
