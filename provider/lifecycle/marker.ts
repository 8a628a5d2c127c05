/**
 * The marker of a creation in progress: a small file that is uploaded with the create and removed before the creation is
 * complete. Only an app whose creation was interrupted has one; it identifies the resource that the app belongs to.
 */
import { markerPath } from "../packaging/files/marker";
import type { Api } from "./deps";
import { RefusedError } from "./failures";
import type { CheckedInputs } from "./state";

/** Apps of version 0.1.0 keep a marker without a version, which does not indicate an interruption. */
const version = 2;

export interface Marker {
  /** Hash of the resource's URN. */
  urn: string;
  mainFile: string;
  teamId?: string;
  /** Hash of the files that were uploaded with the marker. */
  source: string;
  /** Their paths, unless there are too many. */
  files: string[];
  /** The state contained an app of this URN when this one was created. */
  replacement: boolean;
}

/** The marker as a file to upload. */
export function markerFile(inputs: CheckedInputs, replacement: boolean): Record<string, string> {
  const { urnHash: urn, mainFile, teamId, sourceHash: source, sourceFiles } = inputs;
  const marker: Marker = { urn, mainFile, teamId, source, files: pathsOf(sourceFiles), replacement };
  return { [markerPath]: `${JSON.stringify({ version, ...marker })}\n` };
}

// A list that is grouped by folder does not contain the files.
function pathsOf(sourceFiles: Record<string, string>): string[] {
  const paths = Object.keys(sourceFiles);
  return paths.some((path) => path.endsWith("/")) ? [] : paths;
}

/** Undefined if the app has no marker. */
export async function readMarker(api: Api, id: string): Promise<Marker | undefined> {
  return parseMarker(await api.fileText(id, `/${markerPath}`));
}

export function parseMarker(text: string | undefined): Marker | undefined {
  if (text === undefined) return undefined;
  try {
    const marker = JSON.parse(text) as Marker & { version: unknown };
    const { urn, mainFile, teamId, source, files, replacement } = marker;
    const texts = [urn, mainFile, source].every((value) => typeof value === "string");
    if (marker.version !== version || !texts) return undefined;
    return { urn, mainFile, teamId, source, files: textsIn(files), replacement: replacement === true };
  } catch {
    return undefined;
  }
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

export async function removeMarker(api: Api, id: string): Promise<void> {
  const path = `/${markerPath}`;
  const failed = await api.deleteFiles(id, [path]);
  if (failed.length === 0 || (await api.fileText(id, path)) === undefined) return;
  throw new RefusedError(
    `The API could not delete ${path} of the app ${id}, which marks an unfinished creation. Delete it in the dashboard, ` +
      "or run `pulumi up` to try again.",
  );
}
