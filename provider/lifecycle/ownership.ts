/**
 * Ownership: the marker file by which an app that we made is told from a foreign one of the same name.
 * The API has no idempotency key, and a name may occur twice, so this is what keeps a create from doubling.
 */
import type { App } from "../api/app";
import { allApps } from "../api/listing";
import { markerPath } from "../packaging/files/marker";
import type { SourceFile } from "../packaging/files/types";
import type { Deps } from "./deps";
import { RefusedError } from "./failures";
import type { OwnershipRegistry } from "./ownership-registry";
import type { CheckedInputs } from "./state";

export interface Marker {
  /** Hash of the resource's URN. */
  urn: string;
  /** Hash of the files that were uploaded with it. */
  source: string;
}

export function markerFile(inputs: Pick<CheckedInputs, "urnHash" | "sourceHash">): Record<string, string> {
  const marker: Marker = { urn: inputs.urnHash, source: inputs.sourceHash };
  return { [markerPath]: `${JSON.stringify(marker)}\n` };
}

export interface Claim {
  app: App;
  /** What its files are, as far as is known. */
  sourceHash: string;
}

export interface ClaimQuery {
  inputs: CheckedInputs;
  claims: OwnershipRegistry;
  files: readonly SourceFile[];
  /** The upload carries no marker: a zip given as source is sent as it is. */
  markerless: boolean;
  /** Ids of the apps that were there before the create was sent; undefined before that. */
  before?: ReadonlySet<string>;
}

export interface Look {
  /** The app that an earlier create of this very resource made. */
  claim?: Claim;
  /** Apps of this name of which nobody can say whose they are. */
  unclear: App[];
  listed: ReadonlySet<string>;
}

/** Looks for the app that an earlier create of this very resource made. */
export async function lookForOwnApp(deps: Deps, query: ClaimQuery): Promise<Look> {
  const { inputs, claims, before } = query;
  const all = await appsOfOwner(deps, inputs);
  const look: Look = { unclear: [], listed: new Set(all.map((app) => app.id)) };
  const likely: App[] = [];
  for (const app of all) {
    // The API may have changed the name, so an app that was not there before is looked at whatever it is called.
    const isNew = before !== undefined && !before.has(app.id);
    if (claims.isTaken(app.id) || !(app.name === inputs.appName || isNew)) continue;
    const marker = parseMarker(await deps.api.fileText(app.id, `/${markerPath}`));
    if (marker?.urn === inputs.urnHash) return { ...look, claim: claimed(claims, app, marker.source) };
    const maybe = marker === undefined && query.markerless && app.name === inputs.appName;
    if (!maybe || (before !== undefined && !isNew)) continue;
    if (await holdsFiles(deps, app, query.files)) likely.push(app);
    else if (isNew) look.unclear.push(app);
  }
  const [only, ...more] = likely;
  if (before !== undefined && only && more.length === 0 && look.unclear.length === 0) {
    return { ...look, claim: claimed(claims, only, inputs.sourceHash) };
  }
  return { ...look, unclear: [...likely, ...look.unclear] };
}

/** Neither a second app may be made nor a foreign one be taken, so the user has to say. */
export function doubt({ appName }: CheckedInputs, apps: readonly App[]): RefusedError {
  const ids = apps.map((app) => app.id);
  return new RefusedError(
    `Could not tell whether the app "${appName}" exists already: ${ids.join(" and ")} has that name, and a .zip given as source ` +
      `carries no mark of its owner. If it is this resource's, for instance from a run that was interrupted, set the argument \`adopt: "${ids[0]}"\`; ` +
      "if not, give another `appName`, or a folder as `source`.",
  );
}

function claimed(claims: OwnershipRegistry, app: App, sourceHash: string): Claim {
  claims.take(app.id);
  return { app, sourceHash };
}

async function appsOfOwner(deps: Deps, { teamId }: CheckedInputs): Promise<App[]> {
  // Whether a listing without a team shows team apps is not documented, so a team's are looked for both ways.
  const lists = [await allApps(deps.api)];
  if (teamId !== undefined) lists.push(await allApps(deps.api, teamId));
  const byId = new Map(lists.flat().map((app) => [app.id, app]));
  return [...byId.values()]
    .filter((app) => app.teamId === undefined || app.teamId === teamId)
    .sort((a, b) => (b.createdAt ?? "").localeCompare(a.createdAt ?? "", "en"));
}

/** Whether all that the upload has at its root is there. A running app may have written more. */
async function holdsFiles(deps: Deps, app: App, files: readonly SourceFile[]): Promise<boolean> {
  const present = new Map((await deps.api.folder(app.id, "/"))?.map((entry) => [entry.name, entry]));
  return files.every(({ path, size }) => {
    const [name = "", inside] = path.split("/");
    const entry = present.get(name);
    return inside === undefined ? entry?.isDirectory === false && entry.size === size : entry?.isDirectory;
  });
}

function parseMarker(text: string | undefined): Marker | undefined {
  if (text === undefined) return undefined;
  try {
    const { urn, source } = JSON.parse(text) as Partial<Marker>;
    return typeof urn === "string" && typeof source === "string" ? { urn, source } : undefined;
  } catch {
    return undefined;
  }
}
