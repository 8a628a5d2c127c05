/** Sends the create, and finds out what became of it when the answer is lost: it is never repeated without looking first. */
import type { App } from "../api/app";
import type { Archive } from "../packaging/files/types";
import type { Deps } from "./deps";
import { apiErrorKind, apiStatus, maybeApplied } from "./failures";
import { type ClaimQuery, doubt, type Look, lookForOwnApp } from "./ownership";

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

export async function postApp(
  deps: Deps,
  query: ClaimQuery & { before: ReadonlySet<string> },
  archive: Archive,
): Promise<App> {
  for (let posts = 1; ; posts++) {
    try {
      deps.progress("creating");
      return await deps.api.createApp(query.inputs, archive);
    } catch (error) {
      if (!maybeApplied(error)) throw error;
      const { looks, postAgain } = afterLoss(error);
      const last = await lookAgain(deps, query, looks);
      if (last?.claim) return last.claim.app;
      if (last && last.unclear.length > 0) throw doubt(query.inputs, last.unclear);
      if (!last || !postAgain || posts >= mostPosts) throw error;
    }
  }
}

/** The look that found the app, else the last one; undefined when that could not be done. */
async function lookAgain(
  deps: Deps,
  query: ClaimQuery,
  pauses: readonly number[],
): Promise<Look | undefined> {
  deps.progress("the answer was lost; looking whether the app was made");
  let last: Look | undefined;
  for (const ms of pauses) {
    await deps.clock.sleep(ms, deps.signal);
    last = await lookForOwnApp(deps, query).catch((error: unknown) => {
      if (apiErrorKind(error) === undefined) throw error;
      return undefined;
    });
    if (last?.claim) return last;
  }
  return last;
}
