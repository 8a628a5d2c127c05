/** Sends the create. If the response is lost, it looks for the app before it sends the create again. */
import type { App } from "../api/app";
import type { Archive } from "../packaging/files/types";
import { apiErrorKind, apiStatus, maybeApplied, RefusedError } from "./failures";
import { findNewApp, listedIds, type Search } from "./ownership";
import { createFieldsOf } from "./state";

/** What to do after a failure that leaves open whether the app was created. */
interface AfterLoss {
  /** Pauses before each search for the app, in milliseconds. */
  readonly pauses: readonly number[];
  /** Whether to send the create again if no search finds it. */
  readonly retry: boolean;
}

/** The server itself reported the failure. */
const failed: AfterLoss = { pauses: [0, 2000, 5000], retry: true };
/** After a gateway timeout or a broken connection, the server may still be working. */
const silent: AfterLoss = { pauses: [0, 2000, 4000, 8000, 15_000, 30_000], retry: true };
/** A 2xx status without an app: most likely it was created. */
const garbled: AfterLoss = { pauses: [0, 2000, 5000, 10_000], retry: false };
const maxAttempts = 3;

function afterLoss(error: unknown): AfterLoss {
  if (apiErrorKind(error) === "protocol") return garbled;
  const status = apiStatus(error);
  const fromGateway = status === undefined || status === 502 || status === 504 || status >= 520;
  return fromGateway ? silent : failed;
}

export async function createApp(search: Search, archive: Archive): Promise<App> {
  const { deps, inputs } = search;
  const before = await listedIds(search);
  for (let attempt = 1; ; attempt++) {
    try {
      await refuseWithoutEngine(search);
      deps.progress("creating");
      return await deps.api.createApp(createFieldsOf(inputs), archive);
    } catch (error) {
      if (!maybeApplied(error)) throw error;
      const { pauses, retry } = afterLoss(error);
      const { app, searched } = await searchAgain(search, before, pauses);
      if (app) return app;
      if (!searched || !retry || attempt >= maxAttempts) throw error;
    }
  }
}

/** An app created now would be in no state, and the next run may already be searching for it. */
async function refuseWithoutEngine({ deps }: Search): Promise<void> {
  if (await deps.engineGone()) {
    throw new RefusedError(
      "Nothing was created: the Pulumi engine had already exited. Run `pulumi up` again.",
    );
  }
}

/** `searched` is false if the last search failed. */
async function searchAgain(
  search: Search,
  before: ReadonlySet<string>,
  pauses: readonly number[],
): Promise<{ app?: App; searched: boolean }> {
  const { deps } = search;
  deps.progress("the response was lost; checking whether the app was created");
  let searched = false;
  for (const ms of pauses) {
    await deps.clock.sleep(ms, deps.signal);
    try {
      const app = await findNewApp(search, before);
      if (app) return { app, searched: true };
      searched = true;
    } catch (error) {
      if (apiErrorKind(error) === undefined) throw error;
      searched = false;
    }
  }
  return { searched };
}
