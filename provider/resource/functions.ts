/** Functions that read accounts, apps and teams for a program; they make no resource. */
import * as pulumi from "@pulumi/pulumi";
import type { Account, Team } from "../api/account";
import type { App } from "../api/app";
import type { Client } from "../api/client";
import type { Settings } from "../api/settings";

/** An app as `getApps` and `getApp` answer it: the API's fields, without the values of its environment variables. */
export interface AppInfo extends Omit<App, "environmentVariables"> {
  /** Whether the app runs. */
  online: boolean;
  /** Public address; undefined when the app is not on the web or the API does not tell the sub-domain here. */
  url?: string;
}

export interface AccountArgs {
  /** Name of the account, as for `CamposApp`. Default: the account of `camposcloud:token`. */
  account?: string;
}

export interface GetAppsArgs extends AccountArgs {
  /** Only the apps of this team. Default: what the API lists for the account. */
  teamId?: string;
  /** Only the apps of exactly this name. */
  name?: string;
}

export interface GetAppByIdArgs extends AccountArgs {
  id: string;
}

export interface GetAppByNameArgs extends AccountArgs {
  name: string;
  teamId?: string;
}

export type GetAppArgs = GetAppByIdArgs | GetAppByNameArgs;

export interface GetTeamArgs extends AccountArgs {
  id: string;
}

/** `T`, each field of which may be an `Output`. */
export type InputsOf<T> = T extends unknown ? { [K in keyof T]: pulumi.Input<T[K]> } : never;

/** The account that the key belongs to. */
export function getAccount(args: AccountArgs = {}): Promise<Account> {
  return ask(args, ({ client }) => client.getUser());
}

/** All apps, every page of the listing. */
export function getApps(args: GetAppsArgs = {}): Promise<AppInfo[]> {
  return ask(args, (context) => appsOf(context, args));
}

/**
 * One app, by its id or by its name. None, and several of one name, are errors that say so.
 */
export function getApp(args: GetAppArgs): Promise<AppInfo> {
  return ask(args, async (context) => {
    if ("id" in args)
      return infoOf(await context.client.getApp(required(args.id, "getApp", "id")), context.settings);
    const name = required(args.name, "getApp", "name or an id");
    return theOnly(await appsOf(context, { ...args, name }), args);
  });
}

/** All teams of the account. */
export function getTeams(args: AccountArgs = {}): Promise<Team[]> {
  return ask(args, ({ client }) => client.listTeams());
}

/** One team, by its id. */
export function getTeam(args: GetTeamArgs): Promise<Team> {
  return ask(args, ({ client }) => client.getTeam(required(args.id, "getTeam", "id")));
}

/** `getAccount` with arguments that may be outputs. */
export function getAccountOutput(args: InputsOf<AccountArgs> = {}): pulumi.Output<Account> {
  return pulumi.output(args).apply((known) => getAccount(known as AccountArgs)) as pulumi.Output<Account>;
}

/** `getApps` with arguments that may be outputs. */
export function getAppsOutput(args: InputsOf<GetAppsArgs> = {}): pulumi.Output<AppInfo[]> {
  return pulumi.output(args).apply((known) => getApps(known as GetAppsArgs)) as pulumi.Output<AppInfo[]>;
}

/** `getApp` with arguments that may be outputs. */
export function getAppOutput(args: InputsOf<GetAppArgs>): pulumi.Output<AppInfo> {
  return pulumi.output(args).apply((known) => getApp(known as GetAppArgs)) as pulumi.Output<AppInfo>;
}

/** `getTeams` with arguments that may be outputs. */
export function getTeamsOutput(args: InputsOf<AccountArgs> = {}): pulumi.Output<Team[]> {
  return pulumi.output(args).apply((known) => getTeams(known as AccountArgs)) as pulumi.Output<Team[]>;
}

/** `getTeam` with arguments that may be outputs. */
export function getTeamOutput(args: InputsOf<GetTeamArgs>): pulumi.Output<Team> {
  return pulumi.output(args).apply((known) => getTeam(known as GetTeamArgs)) as pulumi.Output<Team>;
}

interface Context {
  client: Client;
  settings: Settings;
}

const timeoutMs = 2 * 60_000;

async function ask<T>({ account }: AccountArgs, run: (context: Context) => Promise<T>): Promise<T> {
  // Loaded only when a function is called: most programs only declare resources.
  const { clientOf, settingsOf, useConfig } = require("../api/accounts") as typeof import("../api/accounts");
  const { startDeadline, systemClock } = require("../clock") as typeof import("../clock");
  useConfig((key) => new pulumi.Config("camposcloud").get(key));
  const deadline = startDeadline({
    clock: systemClock,
    ms: timeoutMs,
    what: "Asking the CamposCloud API",
    advice: "Check the network and run again.",
  });
  try {
    const settings = settingsOf(account);
    const client = clientOf(settings, {
      signal: deadline.signal,
      deadline,
      progress: (text) => void pulumi.log.debug(text),
    });
    return await run({ client, settings });
  } catch (error) {
    throw readable(error);
  } finally {
    deadline.clear();
  }
}

// Printing a rejection whose stack runs through the SDK takes the program's host half a minute; the stack says nothing here.
function readable(error: unknown): Error {
  const clean = new Error(error instanceof Error ? error.message : String(error));
  clean.stack = clean.message;
  return clean;
}

async function appsOf({ client, settings }: Context, { teamId, name }: GetAppsArgs): Promise<AppInfo[]> {
  const { allApps } = require("../api/listing") as typeof import("../api/listing");
  const apps = await allApps(client, teamId);
  return apps.filter((app) => name === undefined || app.name === name).map((app) => infoOf(app, settings));
}

function infoOf(app: App, { appUrl }: Settings): AppInfo {
  const { urlOf } = require("../api/address") as typeof import("../api/address");
  const { environmentVariables: _secret, ...fields } = app;
  return { ...fields, online: app.currentResourceMetrics?.online ?? false, url: urlOf(app, appUrl) };
}

function theOnly(apps: AppInfo[], { name, teamId }: GetAppByNameArgs): AppInfo {
  const where = teamId === undefined ? "in this account" : `in the team ${teamId}`;
  const [only, ...others] = apps;
  if (only === undefined)
    throw new Error(`There is no CamposCloud app named "${name}" ${where}. Check the name and the account.`);
  if (others.length === 0) return only;
  const ids = apps.map(({ id }) => id).join(", ");
  throw new Error(
    `There are ${apps.length} CamposCloud apps named "${name}" ${where} (${ids}). Ask for one by its id.`,
  );
}

function required(value: string, name: string, what: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new Error(`${name} needs the ${what}; it is empty.`);
}
