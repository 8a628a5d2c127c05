/** An operation in progress: what is known about the app, what has been applied, and what is pending. */
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

/** Encodes a list of paths for the state. */
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
  /** When it was sent; for a create, when its response arrived. */
  at: number;
  /** The app as known before the action. */
  before?: App;
}

export class Operation {
  readonly deps: Deps;
  readonly poller: AppPoller;
  readonly inputs: CheckedInputs;
  /** All responses merged; newer ones take precedence. */
  app: App;
  /** A response in this operation said whether the app is running. */
  powerKnown = false;
  restartNeeded = false;
  /** How and when this operation started the app. */
  action: Action | undefined;
  /** The API returns no metrics, and the app is ready according to its status. */
  readyByStatus = false;
  /** A start was sent to learn the app's address. */
  addressAsked = false;
  /** When that start was sent, unless the response shows that the app went on running. */
  mayRestartSince: number | undefined;
  /** The app should run, but an earlier operation ended before it did. */
  revive = false;
  /** Paths that deployments of this resource have uploaded. */
  deployedPaths: string[];
  /** Paths that this operation has uploaded. */
  uploadedPaths: readonly string[] | undefined;
  /** Uploaded with the files during a creation. */
  marker: Record<string, string> = {};
  /** The app has a marker that must be removed. */
  markerLeft = false;
  /** The app may have a marker of version 0.1.0. */
  legacyMarker: boolean;
  readonly saved: SavedState;

  private readonly paths: PathList;
  /** The inputs that have been applied. */
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
    // It is unknown which files of an imported app came from a deployment.
    this.deployedPaths = saved.deployment?.files ? options.paths.unpack(saved.deployment.files) : [];
  }

  /** For an app that was just created with these inputs. */
  static created(options: OperationOptions, app: App, deployedPaths: string[]): Operation {
    const operation = new Operation(options, {}, app);
    operation.powerKnown = app.currentResourceMetrics !== undefined;
    operation.action = { kind: "create", at: options.deps.clock.now() };
    operation.given = options.inputs;
    operation.applied = appliedOf(options.inputs);
    operation.deployedPaths = deployedPaths;
    return operation;
  }

  /** For an app that is in the state. */
  static existing(options: OperationOptions, id: string, saved: SavedState): Operation {
    return new Operation(options, saved, savedApp(id, saved));
  }

  /** The app is expected to start: this operation started it, or an earlier one that was interrupted. */
  get mustRun(): boolean {
    return this.action !== undefined || this.revive;
  }

  /** Whether the app was online when last checked. */
  get online(): boolean {
    return this.app.currentResourceMetrics?.online ?? this.readyByStatus;
  }

  /** Merges a response about the app. */
  learn(response: App): void {
    this.app = mergeApps(this.app, response);
    if (response.currentResourceMetrics !== undefined) this.powerKnown = true;
  }

  settingsApplied(): void {
    const { inputs } = this;
    this.applied = appliedOf(inputs);
    this.given = withOutputs({ ...this.given, ...settingsOf(inputs) });
  }

  /** The upload may or may not have taken effect, so the app may have old and new files. */
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

  /** The outputs after all steps have succeeded. */
  finished(): AppState {
    this.given = this.inputs;
    this.applied = appliedOf(this.inputs);
    return this.state([]);
  }

  /** The error with which the engine records the app and what has been applied so far. */
  incomplete(error: unknown, pending: readonly Step[]): IncompleteError {
    // Waiting stays pending only for an app that was started: the next `up` must not start an app that somebody stopped.
    const steps = pending.filter((step) => step !== "wait" || this.mustRun);
    return new IncompleteError(this.app.id, this.state(steps), [messageOf(error)]);
  }

  private state(steps: Step[]): AppState {
    const pending: Step[] = this.markerLeft ? ["marker", ...steps] : steps;
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
