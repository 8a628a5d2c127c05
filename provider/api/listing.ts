/** Reads all pages of the list of apps. */
import type { App } from "./app";
import type { Client } from "./client";

/** Stops at a faulty API that always announces another page. */
const maxPages = 100;

/**
 * All apps of the account or of a team. Each is returned once, although it may move to another page while pages are read. A page
 * without a new app is the last one, whatever the response says: an API that ignores `page` would return the first forever.
 */
export async function allApps(api: Pick<Client, "listApps">, teamId?: string): Promise<App[]> {
  const apps = new Map<string, App>();
  for (let page = 1; page <= maxPages; page++) {
    const known = apps.size;
    const { apps: found, hasNextPage } = await api.listApps({ teamId, page });
    for (const app of found) apps.set(app.id, app);
    if (!hasNextPage || apps.size === known) break;
  }
  return [...apps.values()];
}
