/** What `--write` observes: an app's metrics, files, variables and page. */
import { setTimeout as sleep } from "node:timers/promises";
import { visit } from "../demo/visit";
import { type Answer, type Api, isJson, member } from "./api";

export interface Patience {
  signal: AbortSignal;
  /** How long a change may take to be visible, in milliseconds. */
  patienceMs: number;
}

export async function until(
  { patienceMs, signal }: Patience,
  condition: () => Promise<boolean>,
): Promise<boolean> {
  for (const begun = Date.now(); Date.now() - begun < patienceMs; await sleep(1000, undefined, { signal }))
    if (await condition()) return true;
  return false;
}

export async function isOnline(api: Api, id: string): Promise<boolean> {
  return (await metric(api, id, "online")) === true;
}

export async function metric(api: Api, id: string, name: string): Promise<unknown> {
  const { body } = await api.get(`/v1/apps/${id}`);
  return member(member(body, "currentResourceMetrics"), name);
}

/** Names of the files at the app's root. */
export async function rootOf(api: Api, id: string): Promise<string[]> {
  const files = member((await api.get(`/v1/apps/${id}/files?path=/`)).body, "files");
  return Array.isArray(files) ? files.map((file) => String(member(file, "name"))) : [];
}

export function variablesOf(app: unknown): Record<string, unknown> | undefined {
  const list = member(app, "environmentVariables");
  if (!Array.isArray(list)) return undefined;
  return Object.fromEntries(list.filter(isJson).map(({ key, value }) => [String(key), value]));
}

/** The body of a web app's page, or undefined while there is none. */
export async function pageOf(appUrl: string, subDomain: string): Promise<string | undefined> {
  const url = new URL(appUrl.replaceAll("{subdomain}", subDomain));
  const signal = AbortSignal.timeout(30_000);
  // Not every system resolves the emulator's names, which end in .localhost.
  if (url.hostname.endsWith(".localhost")) return (await visit(url.href, { signal })).body;
  const response = await fetch(url, { signal }).catch(() => undefined);
  return response?.text();
}

export function reason({ body }: Answer): string {
  return String(member(body, "error") ?? member(body, "message") ?? "no reason given").slice(0, 200);
}
