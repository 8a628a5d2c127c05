/** An operation under way: what is known of the app, what has been applied, and what is still to do. */
import { type App, mergeApps } from "../api/app";
import type { Deps } from "./deps";
import { Incomplete, messageOf } from "./failures";
import type { Roster } from "./readiness";
import {
  type AppState,
  appliedOf,
  type CheckedInputs,
  type Deployment,
  givenOf,
  type SavedState,
  type Step,
  savedApp,
  stateOf,
} from "./state";

/** Packs and unpacks a list of paths for the state. */
export interface PathList {
  pack(paths: readonly string[]): string;
  unpack(text: string): string[];
}

export interface WorkOptions {
  deps: Deps;
  roster: Roster;
  paths: PathList;
  inputs: CheckedInputs;
}

export class Work {
  readonly deps: Deps;
  readonly roster: Roster;
  readonly inputs: CheckedInputs;
  /** All that answers told, the newest last. */
  app: App;
  /** An answer of this very operation told whether the app runs. */
  powerKnown = false;
  restartNeeded = false;
  /** This operation has started or restarted the app. */
  started = false;
  /** The app should run but an earlier operation ended before it did. */
  revive = false;
  /** Paths that our deployments have put there. */
  deployedPaths: string[];
  /** What this operation has uploaded. */
  uploadedPaths: readonly string[] | undefined;

  private readonly paths: PathList;
  private readonly saved: SavedState;
  /** The arguments as far as they are applied. */
  private given: Partial<CheckedInputs>;
  private applied: Deployment["applied"];

  private constructor(options: WorkOptions, saved: SavedState, app: App) {
    this.deps = options.deps;
    this.roster = options.roster;
    this.paths = options.paths;
    this.inputs = options.inputs;
    this.saved = saved;
    this.app = app;
    this.given = givenOf(saved);
    this.applied = saved.deployment?.applied ?? {};
    // Of an imported app nobody knows which files a deployment put there.
    this.deployedPaths = saved.deployment?.files ? options.paths.unpack(saved.deployment.files) : [];
  }

  /** Work on an app that was just created with exactly these inputs. */
  static created(options: WorkOptions, app: App, deployedPaths: string[]): Work {
    const work = new Work(options, {}, app);
    work.powerKnown = app.currentResourceMetrics !== undefined;
    work.started = true;
    work.given = options.inputs;
    work.applied = appliedOf(options.inputs);
    work.deployedPaths = deployedPaths;
    return work;
  }

  /** Work on an app that the state knows. */
  static existing(options: WorkOptions, id: string, saved: SavedState): Work {
    return new Work(options, saved, savedApp(id, saved));
  }

  /** Takes in an answer about the app. */
  learn(answer: App): void {
    this.app = mergeApps(this.app, answer);
    if (answer.currentResourceMetrics !== undefined) this.powerKnown = true;
  }

  settingsApplied(): void {
    const { inputs } = this;
    this.applied = appliedOf(inputs);
    this.given = {
      ...this.given,
      ...this.applied,
      name: inputs.name,
      allocatedMemoryMB: inputs.allocatedMemoryMB,
    };
    this.given.environmentVariables = inputs.environmentVariables;
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
  incomplete(error: unknown, undone: readonly Step[]): Incomplete {
    // Waiting is left to do only for an app that was started: one that somebody stopped must not be revived by the next up.
    const pending = undone.filter((step) => step !== "wait" || this.started);
    return new Incomplete(this.app.id, this.state(pending), [messageOf(error)]);
  }

  private state(pending: Step[]): AppState {
    return stateOf({
      inputs: this.given,
      app: this.app,
      metrics: this.app.currentResourceMetrics ?? this.saved.currentResourceMetrics,
      online: this.app.currentResourceMetrics?.online ?? false,
      deployment: { applied: this.applied, pending, files: this.paths.pack(this.deployedPaths) },
      appUrl: this.deps.appUrl,
    });
  }
}
