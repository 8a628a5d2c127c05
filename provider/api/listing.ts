/** Walks the pages of a listing. */
import type { App } from "./app";
import type { Client } from "./client";

/** A listing longer than this is an API gone wrong. */
const mostPages = 100;

/** All apps of the account, or of a team. */
export async function allApps(api: Pick<Client, "listApps">, teamId?: string): Promise<App[]> {
  const apps: App[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const { apps: found, hasNextPage } = await api.listApps({ teamId, page });
    apps.push(...found);
    if (!hasNextPage || found.length === 0) break;
  }
  return apps;
}
