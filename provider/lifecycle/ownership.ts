/**
 * Finds the app that an interrupted create of a resource left behind. The API has no idempotency key and names are not
 * unique, so this is what prevents a second app.
 */
import { type App, creationTime } from "../api/app";
import { allApps } from "../api/listing";
import type { Deps } from "./deps";
import { apiErrorKind } from "./failures";
import { type Marker, readMarker } from "./marker";
import type { OwnershipRegistry } from "./ownership-registry";
import type { CheckedInputs } from "./state";

/** Apps with another name are only checked if they are younger. */
const recentMs = 7 * 24 * 60 * 60 * 1000;
/** Maximum number of such apps, the youngest first: an interrupted creation is normally found by the next run. */
const maxRecent = 50;

export interface Search {
  deps: Deps;
  registry: OwnershipRegistry;
  inputs: CheckedInputs;
  /** The state contains an app of this URN, which this creation replaces. */
  replacement: boolean;
}

export interface Interrupted {
  app: App;
  marker: Marker;
}

/** Reserves the app that it finds, so that no other create takes it. */
export async function findInterruptedCreate(search: Search): Promise<Interrupted | undefined> {
  const { deps, registry, inputs } = search;
  for (const app of candidatesOf(await listApps(search), search)) {
    const seen = await registry.markers.get(app.id, deps.signal, () => markerIn(deps, app, inputs));
    if (!belongs(seen, search)) continue;
    // In a run with many creates the cached marker may be minutes old; another run may have completed the creation since.
    const marker = await readMarker(deps.api, app.id);
    if (marker === undefined || !belongs(marker, search)) continue;
    registry.reserve(app.id, inputs.urnHash);
    return { app, marker };
  }
  return undefined;
}

/** After a lost response: the app that the create made, which was not listed before. */
export async function findNewApp(search: Search, before: ReadonlySet<string>): Promise<App | undefined> {
  const { deps, registry, inputs } = search;
  for (const app of await appsOfOwner(deps.api, inputs.teamId)) {
    if (before.has(app.id) || registry.isHeld(app.id, inputs.urnHash)) continue;
    const marker = await readMarker(deps.api, app.id);
    if (marker?.urn !== inputs.urnHash || !fits(marker, inputs)) continue;
    registry.reserve(app.id, inputs.urnHash);
    return app;
  }
  return undefined;
}

/** Whether the app has the wanted main file and team, which the API cannot change. */
export function fits(marker: Marker, { mainFile, teamId }: CheckedInputs): boolean {
  return marker.mainFile === mainFile && marker.teamId === teamId;
}

/** The ids of all apps in the listing of this run. */
export async function listedIds(search: Search): Promise<ReadonlySet<string>> {
  return new Set((await listApps(search)).map((app) => app.id));
}

// While the state contains an app of this URN, that app itself may still have a marker that could not be removed.
function belongs(marker: Marker | undefined, { inputs, replacement }: Search): boolean {
  return marker?.urn === inputs.urnHash && (marker.replacement || !replacement);
}

function candidatesOf(apps: readonly App[], { deps, registry, inputs }: Search): App[] {
  const free = apps.filter((app) => !registry.isHeld(app.id, inputs.urnHash)).sort(youngestFirst);
  const since = deps.clock.now() - recentMs;
  const named = free.filter((app) => app.name === inputs.appName);
  const recent = free.filter((app) => app.name !== inputs.appName && !(creationTime(app) < since));
  return [...named, ...recent.slice(0, maxRecent)];
}

function youngestFirst(a: App, b: App): number {
  return (b.createdAt ?? "").localeCompare(a.createdAt ?? "", "en");
}

// An unreadable app of another name must not stop a create. One with the wanted name does, since it may be the app to find.
async function markerIn(deps: Deps, app: App, { appName }: CheckedInputs): Promise<Marker | undefined> {
  try {
    return await readMarker(deps.api, app.id);
  } catch (error) {
    const kind = apiErrorKind(error);
    if (kind === undefined || kind === "unauthorized" || deps.signal.aborted) throw error;
    if (app.name === appName && transient.includes(kind)) throw error;
    return undefined;
  }
}

const transient: readonly string[] = ["server", "lost", "unreachable", "protocol", "limited"];

/** All apps that may be the interrupted creation: it may have had another team. */
async function listApps({ deps, registry, inputs }: Search): Promise<App[]> {
  const teams = await registry.teams.get("", deps.signal, () => teamsOf(deps));
  const owners = new Set(["", ...teams, ...(inputs.teamId === undefined ? [] : [inputs.teamId])]);
  const byId = new Map<string, App>();
  for (const owner of owners) {
    const list = () => listOf(deps, owner, { optional: owner !== "" && owner !== inputs.teamId });
    for (const app of await registry.listings.get(owner, deps.signal, list)) byId.set(app.id, app);
  }
  return [...byId.values()];
}

async function teamsOf(deps: Deps): Promise<string[]> {
  return (await unlessRefused(deps, () => deps.api.listTeams())).map((team) => team.id);
}

function listOf(deps: Deps, owner: string, { optional }: { optional: boolean }): Promise<App[]> {
  const list = () => allApps(deps.api, owner === "" ? undefined : owner);
  return optional ? unlessRefused(deps, list) : list();
}

/** An optional lookup that fails is treated as empty. */
async function unlessRefused<T>(deps: Deps, ask: () => Promise<T[]>): Promise<T[]> {
  try {
    return await ask();
  } catch (error) {
    if (apiErrorKind(error) === undefined || deps.signal.aborted) throw error;
    return [];
  }
}

// It is not documented whether a listing without a team contains team apps, so both listings are read.
async function appsOfOwner(api: Deps["api"], teamId: string | undefined): Promise<App[]> {
  const lists = [await allApps(api)];
  if (teamId !== undefined) lists.push(await allApps(api, teamId));
  return [...new Map(lists.flat().map((app) => [app.id, app])).values()].sort(youngestFirst);
}
