/**
 * Ownership: the marker file by which an app that we made is told from a foreign one of the same name.
 * The API has no idempotency key, and a name may occur twice, so this is what keeps a create from doubling.
 */
import type { App } from "../api/app";
import { allApps } from "../api/listing";
import type { Deps } from "./deps";
import type { CheckedInputs } from "./state";

export const markerPath = ".pulumi-camposcloud";

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
  /** What its files are, as far as the marker tells. */
  sourceHash: string;
}

export interface ClaimQuery {
  inputs: CheckedInputs;
  /** Apps that the state already knows, such as the one that is being replaced: never to be claimed again. */
  known: ReadonlySet<string>;
}

/** Finds the app that an earlier create of this very resource made, if there is one. */
export async function findOwnApp(deps: Deps, { inputs, known }: ClaimQuery): Promise<Claim | undefined> {
  const sameName = await appsNamed(deps, inputs);
  for (const app of sameName) {
    if (known.has(app.id)) continue;
    const marker = parseMarker(await deps.api.fileText(app.id, `/${markerPath}`));
    if (marker?.urn === inputs.urnHash) return { app, sourceHash: marker.source };
  }
  return undefined;
}

async function appsNamed(deps: Deps, { appName, teamId }: CheckedInputs): Promise<App[]> {
  // Whether a listing without a team shows team apps is not documented, so a team's are looked for both ways.
  const lists = [await allApps(deps.api)];
  if (teamId !== undefined) lists.push(await allApps(deps.api, teamId));
  const byId = new Map(lists.flat().map((app) => [app.id, app]));
  return [...byId.values()]
    .filter((app) => app.name === appName && (app.teamId === undefined || app.teamId === teamId))
    .sort((a, b) => (b.createdAt ?? "").localeCompare(a.createdAt ?? "", "en"));
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
