/** What an operation needs from outside, as one parameter. */
import type { Client } from "../api/client";
import type { Clock } from "../clock";
import type { Archive } from "../packaging/files/types";
import type { Probe } from "./readiness/health-check";
import type { CheckedInputs } from "./state";

/** The calls that operations make; tests script them. */
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
  /** Aborted when the operation's time is over or the user cancels; its reason is an Error fit to be shown. */
  signal: AbortSignal;
  /** Shows one line on what is going on. */
  progress(text: string): void;
  /** Shows a warning, which stays. */
  warn(text: string): void;
  /** The engine has ended without this process: what is done now gets into no state. */
  engineGone(): Promise<boolean>;
  /** The calls with a little time of their own, for what must be done although the operation's is over. */
  graceApi(): Api;
  /** Asks a public address for an answer. */
  probe: Probe;
  /** Packs the source together with the marker file. */
  pack(inputs: CheckedInputs, marker: Record<string, string>): Promise<Archive>;
  /** Packs these files, path to text. */
  packTexts(files: Record<string, string>): Promise<Archive>;
  /** The paths of the files that the source holds now. */
  listSource(inputs: CheckedInputs): Promise<string[]>;
  /** Public address of a web app, with `{subdomain}` in it. */
  appUrl: string;
}
