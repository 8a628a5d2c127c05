/** Functions that read accounts, apps and teams; they create no resources. */
import * as pulumi from "@pulumi/pulumi";
import type { Account, Team } from "../api/account";
import type { AppInfo, AppQuery, QueryName, queries } from "../api/queries";

/** Selects the account. */
export interface AccountArgs {
  /** Name of the account, as for `CamposApp`. Default: the account of `camposcloud:token`. */
  account?: string;
}

/** Selects the apps that `getApps` returns. */
export interface GetAppsArgs extends AccountArgs {
  /** Only the apps of this team. Default: what the API lists for the account. */
  teamId?: string;
  /** Only the apps with exactly this name. */
  name?: string;
}

/** An app by its id. */
export interface GetAppByIdArgs extends AccountArgs {
  /** Id of the app. */
  id: string;
}

/** An app by its name. */
export interface GetAppByNameArgs extends AccountArgs {
  /** The exact name of the app. */
  name: string;
  /** Only the apps of this team. Default: what the API lists for the account. */
  teamId?: string;
}

/** How `getApp` finds an app. */
export type GetAppArgs = GetAppByIdArgs | GetAppByNameArgs;

/** Selects the team that `getTeam` returns. */
export interface GetTeamArgs extends AccountArgs {
  /** Id of the team. */
  id: string;
}

/** `T` whose fields may be outputs. */
export type InputsOf<T> = T extends unknown ? { [K in keyof T]: pulumi.Input<T[K]> } : never;

/** The account that the key belongs to. */
export function getAccount(args: AccountArgs = {}): Promise<Account> {
  return ask("getAccount", args);
}

/** All apps, from every page of the list. */
export function getApps(args: GetAppsArgs = {}): Promise<AppInfo[]> {
  return ask("getApps", args);
}

/** One app, by its id or its name. No match, or several apps with the name, is an error. */
export function getApp(args: GetAppArgs): Promise<AppInfo> {
  return ask("getApp", args);
}

/** All teams of the account. */
export function getTeams(args: AccountArgs = {}): Promise<Team[]> {
  return ask("getTeams", args);
}

/** One team, by its id. */
export function getTeam(args: GetTeamArgs): Promise<Team> {
  return ask("getTeam", args);
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

const timeoutMs = 2 * 60_000;

type Result<Name extends QueryName> = Awaited<ReturnType<(typeof queries)[Name]>>;

async function ask<Name extends QueryName>(name: Name, args: AccountArgs & AppQuery): Promise<Result<Name>> {
  // Loaded on the first call: most programs only declare resources.
  const { clientOf, settingsOf, useConfig } = require("../api/accounts") as typeof import("../api/accounts");
  const { startDeadline, systemClock } = require("../clock") as typeof import("../clock");
  const { queries: all } = require("../api/queries") as typeof import("../api/queries");
  useConfig((key) => new pulumi.Config("camposcloud").get(key));
  const deadline = startDeadline({
    clock: systemClock,
    ms: timeoutMs,
    what: "Querying the CamposCloud API",
    advice: "Check the network and run again.",
  });
  try {
    const settings = settingsOf(args.account);
    const client = clientOf(settings, {
      signal: deadline.signal,
      deadline,
      progress: (text) => void pulumi.log.debug(text),
    });
    const query = all[name] as (context: object, args: object) => Promise<Result<Name>>;
    return await query({ client, settings }, args);
  } catch (error) {
    throw readable(error);
  } finally {
    deadline.clear();
  }
}

// Printing a rejection whose stack leads through the SDK takes the language host half a minute, and the stack is of no use.
function readable(error: unknown): Error {
  const clean = new Error(error instanceof Error ? error.message : String(error));
  clean.stack = clean.message;
  return clean;
}
