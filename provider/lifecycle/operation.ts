/** An operation under way: what is known of the app, what has been applied, and what is still to do. */
import { type App, mergeApps } from "../api/app";
import type { Deps } from "./deps";
import { IncompleteError, messageOf } from "./failures";
import { withOutputs } from "./properties";
import type { AppPoller } from "./readiness/app-poller";
import {
  type AppState,
  appliedOf,
  type CheckedInputs,
  type Deployment,
  givenOf,
  type SavedState,
  type Step,
  savedApp,
  settingsOf,
  stateOf,
} from "./state";

/** Packs and unpacks a list of paths for the state. */
export interface PathList {
  pack(paths: readonly string[]): string;
  unpack(text: string): string[];
}

export interface OperationOptions {
  deps: Deps;
  poller: AppPoller;
  paths: PathList;
  inputs: CheckedInputs;
}

export interface Action {
  kind: "create" | "start" | "restart";
  /** When it was sent; of a create, when it was answered. */
  at: number;
  /** The app as it was known then. */
  before?: App;
}

export class Operation {
  readonly deps: Deps;
  readonly poller: AppPoller;
  readonly inputs: CheckedInputs;
  /** All that answers told, the newest last. */
  app: App;
  /** An answer of this very operation told whether the app runs. */
  powerKnown = false;
  restartNeeded = false;
  /** What this operation did to make the app run, and when. */
  action: Action | undefined;
  /** The API measures nothing, and the app is ready by its status. */
  readyByStatus = false;
  /** The app should run but an earlier operation ended before it did. */
  revive = false;
  /** Paths that our deployments have put there. */
  deployedPaths: string[];
  /** What this operation has uploaded. */
  uploadedPaths: readonly string[] | undefined;

  /** Goes up with the files while a creation is under way. */
  marker: Record<string, string> = {};
  /** The app has the marker of a creation, which is to be removed. */
  markerLeft = false;
  /** The app has a marker of version 0.1.0, perhaps. */
  legacyMarker: boolean;
  readonly saved: SavedState;

  private readonly paths: PathList;
  /** The arguments as far as they are applied. */
  private given: Partial<CheckedInputs>;
  private applied: Deployment["applied"];

  private constructor(options: OperationOptions, saved: SavedState, app: App) {
    this.deps = options.deps;
    this.poller = options.poller;
    this.paths = options.paths;
    this.inputs = options.inputs;
    this.saved = saved;
    this.app = app;
    this.legacyMarker = saved.deployment !== undefined && saved.deployment.version === undefined;
    this.given = givenOf(saved);
    this.applied = saved.deployment?.applied ?? {};
    // Of an imported app nobody knows which files a deployment put there.
    this.deployedPaths = saved.deployment?.files ? options.paths.unpack(saved.deployment.files) : [];
  }

  /** Work on an app that was just created with exactly these inputs. */
  static created(options: OperationOptions, app: App, deployedPaths: string[]): Operation {
    const operation = new Operation(options, {}, app);
    operation.powerKnown = app.currentResourceMetrics !== undefined;
    operation.action = { kind: "create", at: options.deps.clock.now() };
    operation.given = options.inputs;
    operation.applied = appliedOf(options.inputs);
    operation.deployedPaths = deployedPaths;
    return operation;
  }

  /** Work on an app that the state knows. */
  static existing(options: OperationOptions, id: string, saved: SavedState): Operation {
    return new Operation(options, saved, savedApp(id, saved));
  }

  /** The app is expected to come up: this operation started it, or an earlier one did and broke off. */
  get mustRun(): boolean {
    return this.action !== undefined || this.revive;
  }

  /** As last seen. */
  get online(): boolean {
    return this.app.currentResourceMetrics?.online ?? this.readyByStatus;
  }

  /** Takes in an answer about the app. */
  learn(answer: App): void {
    this.app = mergeApps(this.app, answer);
    if (answer.currentResourceMetrics !== undefined) this.powerKnown = true;
  }

  settingsApplied(): void {
    const { inputs } = this;
    this.applied = appliedOf(inputs);
    this.given = withOutputs({ ...this.given, ...settingsOf(inputs) });
  }

  /** The upload may or may not have arrived: nobody knows which files are there now. */
  filesUncertain(packed: readonly string[]): void {
    this.deployedPaths = [...new Set([...this.deployedPaths, ...packed])];
    this.given = { ...this.given, sourceHash: undefined };
  }

  filesUploaded(packed: readonly string[]): void {
    this.filesUncertain(packed);
    this.uploadedPaths = packed;
    const { source, sourceHash, sourceFiles } = this.inputs;
    this.given = { ...this.given, source, sourceHash, sourceFiles };
    this.restartNeeded = true;
  }

  powerApplied(): void {
    this.given = { ...this.given, running: this.inputs.running };
    this.restartNeeded = false;
  }

  /** The outputs when all is done. */
  finished(): AppState {
    this.given = this.inputs;
    this.applied = appliedOf(this.inputs);
    return this.state([]);
  }

  /** The error by which the engine records the app with what has been applied so far. */
  incomplete(error: unknown, undone: readonly Step[]): IncompleteError {
    // Waiting is left to do only for an app that was started: one that somebody stopped must not be revived by the next up.
    const pending = undone.filter((step) => step !== "wait" || this.mustRun);
    return new IncompleteError(this.app.id, this.state(pending), [messageOf(error)]);
  }

  private state(undone: Step[]): AppState {
    const pending: Step[] = this.markerLeft ? ["marker", ...undone] : undone;
    const version = this.legacyMarker ? undefined : 2;
    const files = this.paths.pack(this.deployedPaths);
    return stateOf({
      inputs: this.given,
      app: this.app,
      metrics: this.app.currentResourceMetrics ?? this.saved.currentResourceMetrics,
      online: this.online,
      deployment: { applied: this.applied, pending, files, version },
      appUrl: this.deps.appUrl,
    });
  }
}
