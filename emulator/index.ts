/**
 * Owns the public API of the emulator, exported as `pulumi-camposcloud/emulator`.
 *
 * @module pulumi-camposcloud/emulator
 */

export type { FaultRule } from "./api/faults";
export type { BodySummary, RequestRecord } from "./api/request-log";
export type { EmulatorOptions, TeamSeed, Variants } from "./options";
export { type Emulator, startEmulator } from "./server";
export type {
  WireApp,
  WireAppTeam,
  WireEnvironmentVariable,
  WireGithubDeploy,
  WireMetrics,
  WireRepository,
  WireWorkerNode,
} from "./wire";
