/** The functions `getAccount`, `getApps`, `getApp`, `getTeams` and `getTeam`, for both adapters. */
import { UserError } from "../errors";
import type { Account, Team } from "./account";
import { sharedListing } from "./accounts";
import { type App, urlOf } from "./app";
import type { Client } from "./client";
import type { Settings } from "./settings";

/** An app as returned by `getApps` and `getApp`: the API's fields, without environment variables. */
export interface AppInfo extends Omit<App, "environmentVariables"> {
  /** Whether the app is running. */
  online: boolean;
  /** Public URL; undefined if the app is not on the web, or if the API did not return the subdomain. */
  url?: string;
}

/** Selects apps. */
export interface AppsQuery {
  teamId?: string;
  name?: string;
}

/** Selects an app by its id, otherwise by its name. */
export interface AppQuery extends AppsQuery {
  id?: string;
}

/** What a query needs. */
export interface QueryContext {
  client: Pick<Client, "getApp" | "getTeam" | "getUser" | "listApps" | "listTeams">;
  settings: Pick<Settings, "appUrl" | "baseUrl" | "token">;
}

/** The functions by name. The results are plain data. */
export const queries = {
  getAccount: ({ client }: QueryContext): Promise<Account> => client.getUser(),
  getApps: appsOf,
  getApp: appOf,
  getTeams: ({ client }: QueryContext): Promise<Team[]> => client.listTeams(),
  getTeam: ({ client }: QueryContext, { id }: { id: string }): Promise<Team> =>
    client.getTeam(required(id, "getTeam", "id")),
};

/** The name of a function. */
export type QueryName = keyof typeof queries;

async function appOf(context: QueryContext, query: AppQuery): Promise<AppInfo> {
  if (query.id !== undefined)
    return infoOf(await context.client.getApp(required(query.id, "getApp", "id")), context.settings);
  const name = required(query.name, "getApp", "name or an id");
  return theOnly(await appsOf(context, { ...query, name }), { ...query, name });
}

async function appsOf({ client, settings }: QueryContext, { teamId, name }: AppsQuery): Promise<AppInfo[]> {
  const apps = await sharedListing(settings, client, teamId);
  return apps.filter((app) => name === undefined || app.name === name).map((app) => infoOf(app, settings));
}

function infoOf(app: App, { appUrl }: Pick<Settings, "appUrl">): AppInfo {
  const { environmentVariables: _secret, ...fields } = app;
  return { ...fields, online: app.currentResourceMetrics?.online ?? false, url: urlOf(app, appUrl) };
}

function theOnly(apps: AppInfo[], { name, teamId }: AppsQuery): AppInfo {
  const where = teamId === undefined ? "in this account" : `in the team ${teamId}`;
  const [only, ...others] = apps;
  if (only === undefined)
    throw new UserError(
      `There is no CamposCloud app named "${name}" ${where}. Check the name and the account.`,
    );
  if (others.length === 0) return only;
  const ids = apps.map(({ id }) => id).join(", ");
  throw new UserError(
    `There are ${apps.length} CamposCloud apps named "${name}" ${where} (${ids}). Ask for one by its id.`,
  );
}

function required(value: string | undefined, name: string, what: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new UserError(`${name} needs the ${what}; it is empty.`);
}
