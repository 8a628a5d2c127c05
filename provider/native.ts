/**
 * The public API of `pulumi-camposcloud/native`: the native plugin for TypeScript.
 *
 * @module pulumi-camposcloud/native
 */

export type { Account, Subscription, Team, TeamMember } from "./api/account";
export type { AppInfo } from "./api/queries";
export type {
  AssetMap,
  CamposAppArgs as AppArgs,
  HealthCheck,
  ResourceMetrics,
  RuntimeEnvironment,
  WorkerNode,
} from "./resource/args";
export type {
  AccountArgs,
  GetAppArgs,
  GetAppByIdArgs,
  GetAppByNameArgs,
  GetAppsArgs,
  GetTeamArgs,
  InputsOf,
} from "./resource/functions";
export { App, type AppOutputs, Provider } from "./resource/native-app";
export {
  getAccount,
  getAccountOutput,
  getApp,
  getAppOutput,
  getApps,
  getAppsOutput,
  getTeam,
  getTeamOutput,
  getTeams,
  getTeamsOutput,
} from "./resource/native-functions";
export type { AccountSettings, ProviderArgs } from "./resource/provider-args";
