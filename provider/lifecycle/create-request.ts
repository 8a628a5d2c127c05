/** Sends the create, and finds out what became of it when the answer is lost: it is never repeated without looking first. */
import type { App } from "../api/app";
import type { Archive } from "../packaging/files/types";
import { apiErrorKind, apiStatus, maybeApplied, RefusedError } from "./failures";
import { findNewApp, listedIds, type Search } from "./ownership";
import { createFieldsOf } from "./state";

/** What may be done after an answer that leaves open whether the app was made. */
interface AfterLoss {
  /** Pauses before each look, in milliseconds. */
  readonly looks: readonly number[];
  /** When no look finds it. */
  readonly postAgain: boolean;
}

/** The server itself said that it failed. */
const failed: AfterLoss = { looks: [0, 2000, 5000], postAgain: true };
/** Behind a gateway that gave up, or a broken connection, the server may still be at work. */
const silent: AfterLoss = { looks: [0, 2000, 4000, 8000, 15_000, 30_000], postAgain: true };
/** A good status without an app: most likely it was made. */
const garbled: AfterLoss = { looks: [0, 2000, 5000, 10_000], postAgain: false };
const mostPosts = 3;

function afterLoss(error: unknown): AfterLoss {
  if (apiErrorKind(error) === "protocol") return garbled;
  const status = apiStatus(error);
  const fromGateway = status === undefined || status === 502 || status === 504 || status >= 520;
  return fromGateway ? silent : failed;
}

export async function postApp(search: Search, archive: Archive): Promise<App> {
  const { deps, inputs } = search;
  const before = await listedIds(search);
  for (let posts = 1; ; posts++) {
    try {
      await refuseWithoutEngine(search);
      deps.progress("creating");
      return await deps.api.createApp(createFieldsOf(inputs), archive);
    } catch (error) {
      if (!maybeApplied(error)) throw error;
      const { looks, postAgain } = afterLoss(error);
      const { app, looked } = await lookAgain(search, before, looks);
      if (app) return app;
      if (!looked || !postAgain || posts >= mostPosts) throw error;
    }
  }
}

/** An app that is made now would be in no state, and the next run might be looking for it already. */
async function refuseWithoutEngine({ deps }: Search): Promise<void> {
  if (await deps.engineGone()) {
    throw new RefusedError("Nothing was created: the Pulumi engine ended before. Run `pulumi up` again.");
  }
}

/** `looked` is false when the last look could not be done. */
async function lookAgain(
  search: Search,
  before: ReadonlySet<string>,
  pauses: readonly number[],
): Promise<{ app?: App; looked: boolean }> {
  const { deps } = search;
  deps.progress("the answer was lost; looking whether the app was made");
  let looked = false;
  for (const ms of pauses) {
    await deps.clock.sleep(ms, deps.signal);
    try {
      const app = await findNewApp(search, before);
      if (app) return { app, looked: true };
      looked = true;
    } catch (error) {
      if (apiErrorKind(error) === undefined) throw error;
      looked = false;
    }
  }
  return { looked };
}
