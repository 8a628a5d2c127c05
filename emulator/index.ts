/**
 * Owns the public names of the emulator, exported as `pulumi-camposcloud/emulator`.
 *
 * @module pulumi-camposcloud/emulator
 */

export type {
  WireApp,
  WireAppTeam,
  WireEnvironmentVariable,
  WireGithubDeploy,
  WireMetrics,
  WireRepository,
  WireWorkerNode,
} from "../provider/api/wire";
export type { FaultRule } from "./faults";
export type { EmulatorOptions, TeamSeed, Variants } from "./options";
export type { BodySummary, RequestRecord } from "./requests";
export { type Emulator, startEmulator } from "./server";
