/** Owns the question when a started app counts as online, and where its web server answers. */

import type { AppRecord } from "../apps/record";
import { pause } from "../pause";
import { answeringHost } from "./ports";
import type { Running } from "./runner";

/** A worker counts as online once it has lived this long. */
const ALIVE_MS = 300;
/** A web app that does not listen on PORT runs all the same, so it counts as online in the end. */
const SILENT_WEB_MS = 5000;
const PROBE_MS = 40;

/** Calls `online` when the app counts as online, and once more when its port answers only after that. */
export async function watch(
  running: Running,
  app: AppRecord,
  online: (host: string | undefined) => void,
): Promise<void> {
  const over = new AbortController();
  void running.ended.then(() => over.abort());
  if (!app.exposedViaWeb) {
    await pause(ALIVE_MS, over.signal);
    if (!over.signal.aborted) online(undefined);
    return;
  }
  const began = performance.now();
  for (let told = false; !over.signal.aborted; ) {
    const host = await answeringHost(app.port);
    const silent = performance.now() - began > SILENT_WEB_MS;
    if (over.signal.aborted) return;
    if (host || (silent && !told)) online(host);
    if (host) return;
    told = silent;
    await pause(silent ? 500 : PROBE_MS, over.signal);
  }
}
