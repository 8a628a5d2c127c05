/** Walks the pages of a listing. */
import type { App } from "./app";
import type { Client } from "./client";

/** A listing longer than this is an API gone wrong. */
const mostPages = 100;

/**
 * All apps of the account, or of a team, each once: while pages are read, an app may move from one to the next. A page that
 * brings nothing new is the last, whatever the answer says: an API that ignores the page's number gives the first for ever.
 */
export async function allApps(api: Pick<Client, "listApps">, teamId?: string): Promise<App[]> {
  const apps = new Map<string, App>();
  for (let page = 1; page <= mostPages; page++) {
    const known = apps.size;
    const { apps: found, hasNextPage } = await api.listApps({ teamId, page });
    for (const app of found) apps.set(app.id, app);
    if (!hasNextPage || apps.size === known) break;
  }
  return [...apps.values()];
}
