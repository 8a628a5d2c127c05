/**
 * The public API of `pulumi-camposcloud`.
 *
 * @module pulumi-camposcloud
 */

export type { Account, Subscription, Team, TeamMember } from "./api/account";
export type { AppInfo } from "./api/queries";
export type {
  AssetMap,
  CamposAppArgs,
  HealthCheck,
  ResourceMetrics,
  RuntimeEnvironment,
  WorkerNode,
} from "./resource/args";
export { CamposApp } from "./resource/campos-app";
export {
  type AccountArgs,
  type GetAppArgs,
  type GetAppByIdArgs,
  type GetAppByNameArgs,
  type GetAppsArgs,
  type GetTeamArgs,
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
  type InputsOf,
} from "./resource/functions";
