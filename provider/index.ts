/** The public names of `pulumi-camposcloud`, and nothing else. */
export type {
  AssetMap,
  CamposAppArgs,
  ResourceMetrics,
  RuntimeEnvironment,
  WorkerNode,
} from "./resource/args";
export { CamposApp } from "./resource/campos-app";
