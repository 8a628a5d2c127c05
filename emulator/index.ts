/** Owns the public names of the emulator, exported as `pulumi-camposcloud/emulator`. */
export type { FaultRule } from "./faults";
export type { EmulatorOptions, TeamSeed, Variants } from "./options";
export type { BodySummary, RequestRecord } from "./requests";
export { type Emulator, startEmulator } from "./server";
