/** The dependencies of an operation. */
import type { Client } from "../api/client";
import type { Clock } from "../clock";
import type { Archive } from "../packaging/files/types";
import type { Probe } from "./readiness/health-check";
import type { CheckedInputs } from "./state";

/** The API calls that operations make; replaced by scripts in tests. */
export type Api = Pick<
  Client,
  | "listApps"
  | "getApp"
  | "createApp"
  | "updateApp"
  | "startApp"
  | "stopApp"
  | "restartApp"
  | "deleteApp"
  | "uploadFiles"
  | "deleteFiles"
  | "fileText"
  | "listTeams"
>;

export interface Deps {
  api: Api;
  clock: Clock;
  /** Aborted at the deadline or when the user cancels; the reason is an error that can be shown. */
  signal: AbortSignal;
  /** Shows a progress line. */
  progress(text: string): void;
  /** Shows a warning. */
  warn(text: string): void;
  /** Whether the engine has exited: from then on nothing is recorded in a state. */
  engineGone(): Promise<boolean>;
  /** The same calls with a short deadline of their own, for cleaning up after the operation's deadline. */
  graceApi(): Api;
  /** Sends a GET request to a public URL. */
  probe: Probe;
  /** Packs the source together with the marker file. */
  pack(inputs: CheckedInputs, marker: Record<string, string>): Promise<Archive>;
  /** Packs these files: content by path. */
  packTexts(files: Record<string, string>): Promise<Archive>;
  /** The paths of the files that are in the source now. */
  listSource(inputs: CheckedInputs): Promise<string[]>;
  /** Public URL of a web app, containing `{subdomain}`. */
  appUrl: string;
}
