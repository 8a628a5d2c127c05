/** The functions of the native plugin for TypeScript, typed like those of the dynamic provider. */
import * as pulumi from "@pulumi/pulumi";
import type { Account, Team } from "../api/account";
import type { AppInfo } from "../api/queries";
import type { AccountArgs, GetAppArgs, GetAppsArgs, GetTeamArgs, InputsOf } from "./functions";

type Options = pulumi.InvokeOptions;

/** The account that the key belongs to. */
export function getAccount(args: AccountArgs = {}, opts?: Options): Promise<Account> {
  return pulumi.runtime.invoke("camposcloud:index:getAccount", args, opts);
}

/** All apps, from every page of the list. */
export async function getApps(args: GetAppsArgs = {}, opts?: Options): Promise<AppInfo[]> {
  const { apps } = await pulumi.runtime.invoke("camposcloud:index:getApps", args, opts);
  return apps;
}

/** One app, by its id or its name. No match, or several apps with the name, is an error. */
export function getApp(args: GetAppArgs, opts?: Options): Promise<AppInfo> {
  return pulumi.runtime.invoke("camposcloud:index:getApp", args, opts);
}

/** All teams of the account. */
export async function getTeams(args: AccountArgs = {}, opts?: Options): Promise<Team[]> {
  const { teams } = await pulumi.runtime.invoke("camposcloud:index:getTeams", args, opts);
  return teams;
}

/** One team, by its id. */
export function getTeam(args: GetTeamArgs, opts?: Options): Promise<Team> {
  return pulumi.runtime.invoke("camposcloud:index:getTeam", args, opts);
}

/** `getAccount` with arguments that may be outputs. */
export function getAccountOutput(args: InputsOf<AccountArgs> = {}, opts?: Options): pulumi.Output<Account> {
  return lifted((known: AccountArgs) => getAccount(known, opts), args);
}

/** `getApps` with arguments that may be outputs. */
export function getAppsOutput(args: InputsOf<GetAppsArgs> = {}, opts?: Options): pulumi.Output<AppInfo[]> {
  return lifted((known: GetAppsArgs) => getApps(known, opts), args);
}

/** `getApp` with arguments that may be outputs. */
export function getAppOutput(args: InputsOf<GetAppArgs>, opts?: Options): pulumi.Output<AppInfo> {
  return lifted((known: GetAppArgs) => getApp(known, opts), args);
}

/** `getTeams` with arguments that may be outputs. */
export function getTeamsOutput(args: InputsOf<AccountArgs> = {}, opts?: Options): pulumi.Output<Team[]> {
  return lifted((known: AccountArgs) => getTeams(known, opts), args);
}

/** `getTeam` with arguments that may be outputs. */
export function getTeamOutput(args: InputsOf<GetTeamArgs>, opts?: Options): pulumi.Output<Team> {
  return lifted((known: GetTeamArgs) => getTeam(known, opts), args);
}

function lifted<Args, T>(ask: (args: Args) => Promise<T>, args: InputsOf<Args>): pulumi.Output<T> {
  return pulumi.output(args as object).apply((known) => ask(known as Args)) as pulumi.Output<T>;
}
