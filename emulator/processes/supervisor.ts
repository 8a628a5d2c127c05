/** Owns the lifecycle of one app: boots, installs, runs, monitors, restarts after a crash, stops. */
import { rmSync, writeFileSync } from "node:fs";
import type { AppLog } from "../apps/log";
import type { AppRecord } from "../apps/record";
import type { AppPaths } from "../apps/store";
import { pause } from "../pause";
import type { WireMetrics } from "../wire";
import { Meter } from "./meter";
import { listProcesses, type ProcessRow, processIdentity } from "./process-tree";
import { watch } from "./readiness";
import { type Command, describeExit, type Exit, launch, type Running } from "./runner";
import { appEnvironment, dueInstall, installEnvironment, installerReason, mainFileCommand } from "./runtime";

export type AppState =
  | "stopped"
  | "booting"
  | "installing"
  | "starting"
  | "online"
  | "stopping"
  | "waiting to restart"
  | "crashed";

export interface SupervisorDeps {
  /** The current record; a running process keeps the settings it was started with. */
  record: () => AppRecord;
  paths: AppPaths;
  log: AppLog;
  run: boolean;
  bootSeconds: number;
  /** If apps are not run: how long each stays online before it exits by itself. */
  exitAfterSeconds: number;
  /** Makes sure that the app's port is free and returns the record with it. */
  settlePort: () => Promise<AppRecord>;
  /** A restart after a crash gets a new container, like any other. */
  newContainer: () => void;
  /** Called when the app has exited and will not be restarted. */
  gaveUp: () => void;
}

const STOP_GRACE_MS = 3000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** Uptime after which the backoff resets. */
const HEALTHY_MS = 10_000;
/** How much of an installer's output is searched for its error message. */
const KEPT_OUTPUT = 16_000;

export class Supervisor {
  state: AppState = "stopped";
  /** Why the last process exited, if it did so by itself. */
  lastEnd: string | undefined;
  /** Where the web app responds, once it does. */
  host: string | undefined;
  /** What the current process was started with. */
  launched: AppRecord | undefined;
  readonly meter = new Meter();
  private current: Running | undefined;
  private loop: { abort: AbortController; done: Promise<void> } | undefined;

  constructor(private readonly deps: SupervisorDeps) {}

  get active(): boolean {
    return this.loop !== undefined;
  }

  get processes(): boolean {
    return this.current !== undefined;
  }

  start(): void {
    if (this.loop) return;
    const abort = new AbortController();
    // Unlike after a crash, the counters start from zero.
    this.lastEnd = undefined;
    this.loop = { abort, done: this.live(abort.signal) };
  }

  async stop(): Promise<void> {
    const loop = this.loop;
    if (!loop) return this.settle("stopped");
    this.settle("stopping");
    loop.abort.abort();
    await Promise.all([this.current?.end(STOP_GRACE_MS), loop.done]);
    this.settle("stopped");
  }

  /** Takes one measurement; an app above its memory limit is killed as in a container. */
  sample(rows: ProcessRow[]): void {
    const { current, launched } = this;
    if (!current?.tree || !launched) return;
    this.meter.take(current.tree.members(rows));
    const used = this.meter.memoryBytes;
    // Only once: the kill may take longer than the time to the next measurement.
    if (this.lastEnd !== undefined) return;
    if (this.state === "installing" || used <= launched.memoryMB * 1024 ** 2) return;
    this.lastEnd = `used ${Math.ceil(used / 1024 ** 2)} MB of its ${launched.memoryMB} MB`;
    this.deps.log.note(`Out of memory: the app ${this.lastEnd} and was killed. Raise memoryMB or use less.`);
    current.end(0).catch((error: unknown) => {
      // The next measurement tries again.
      this.lastEnd = undefined;
      this.deps.log.note(`Cannot be killed: ${error}`);
    });
  }

  metrics(): WireMetrics {
    const limit = (this.launched ?? this.deps.record()).memoryMB * 1024 ** 2;
    return this.meter.metrics({ online: this.state === "online", memoryLimitBytes: limit });
  }

  private settle(state: AppState): void {
    this.state = state;
    if (state === "online") this.meter.begin();
    else if (state !== "stopping") this.meter.end();
  }

  private async live(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const began = performance.now();
      const clean = await this.attempt(signal).catch((error: unknown) => this.failed(error));
      if (signal.aborted) break;
      if (clean || !this.deps.record().autoRestart) {
        this.settle(clean ? "stopped" : "crashed");
        this.loop = undefined;
        return this.deps.gaveUp();
      }
      failures = performance.now() - began > HEALTHY_MS ? 1 : failures + 1;
      const wait = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
      this.settle("waiting to restart");
      this.deps.log.note(`Restarts in ${wait / 1000} s.`);
      await pause(wait, signal);
      if (!signal.aborted) this.deps.newContainer();
    }
    this.loop = undefined;
  }

  private failed(error: unknown, what = "Cannot start"): false {
    this.lastEnd = error instanceof Error ? error.message : String(error);
    this.deps.log.note(`${what}: ${this.lastEnd}`);
    return false;
  }

  /** One run of the process. True if it exited by itself without an error. */
  private async attempt(signal: AbortSignal): Promise<boolean> {
    this.settle("booting");
    await pause(this.deps.bootSeconds * 1000, signal);
    if (signal.aborted) return true;
    const app = await this.deps.settlePort();
    this.launched = app;
    if (!this.deps.run) return this.pretend(signal);
    if (!(await this.install(app, signal)) || signal.aborted) return false;
    this.settle("starting");
    const exit = await this.follow(this.begin(app), signal);
    this.lastEnd = signal.aborted ? undefined : (this.lastEnd ?? describeExit(exit));
    this.deps.log.note(signal.aborted ? "Stopped." : `Ended: ${this.lastEnd}.`);
    return exit.code === 0;
  }

  /** If apps are not run, the app is online until it is stopped or its time is up. */
  private async pretend(signal: AbortSignal): Promise<boolean> {
    this.settle("online");
    await pause(this.deps.exitAfterSeconds * 1000, signal);
    if (signal.aborted) return true;
    return this.failed(new Error("exit code 1"), "Ended");
  }

  private async install(app: AppRecord, signal: AbortSignal): Promise<boolean> {
    const { paths, log } = this.deps;
    const due = dueInstall(app, paths);
    if (!due) return true;
    this.settle("installing");
    const environment = installEnvironment(app, paths);
    for (const { run, announced } of due.steps) {
      if (announced) log.note(`Installing dependencies: ${announced}`);
      let tail = "";
      const output = (text: string) => {
        tail = (tail + text).slice(-KEPT_OUTPUT);
        log.write(text);
      };
      const exit = await this.follow(this.launch({ run, environment, output }), signal);
      if (exit.code === 0) continue;
      const reason = installerReason(tail);
      const what = `installing dependencies ended: ${describeExit(exit)}${reason ? ` (${reason})` : ""}`;
      return signal.aborted ? false : this.failed(new Error(what));
    }
    due.finish();
    return true;
  }

  private begin(app: AppRecord): Running {
    const { paths, log } = this.deps;
    const run = app.customCommand ?? mainFileCommand(app, paths);
    log.note(`Starting: ${typeof run === "string" ? run : [run.file, ...run.args].join(" ")}`);
    this.lastEnd = undefined;
    const output = (text: string) => log.write(text);
    const running = this.launch({ run, environment: appEnvironment(app, paths), output });
    const watching = watch(running, app, async (host) => {
      // Measured first, so that no response shows an online app without memory.
      this.sample(await listProcesses());
      if (this.current !== running) return;
      this.host = host;
      if (this.state === "starting") this.settle("online");
    });
    watching.catch((error: unknown) => log.note(`Cannot be monitored: ${error}`));
    return running;
  }

  private launch(start: Pick<Command, "run" | "environment" | "output">): Running {
    const { paths } = this.deps;
    const running = launch({ ...start, folder: paths.files, temporary: paths.temporary });
    this.current = running;
    this.meter.reset();
    const pid = running.tree?.leader;
    if (pid) noteProcess(paths.process, pid);
    return running;
  }

  private async follow(running: Running, signal: AbortSignal): Promise<Exit> {
    // Stop may have come between the check before and the start.
    if (signal.aborted)
      running.end(STOP_GRACE_MS).catch((error: unknown) => this.deps.log.note(`Cannot be stopped: ${error}`));
    const exit = await running.ended;
    this.current = undefined;
    this.host = undefined;
    rmSync(this.deps.paths.process, { force: true });
    return exit;
  }
}

/** Lets the next emulator find the process if this one is killed; a full disk must not prevent the app from running. */
function noteProcess(file: string, pid: number): void {
  try {
    writeFileSync(file, JSON.stringify({ pid, identity: processIdentity(pid) }));
  } catch {
    rmSync(file, { force: true });
  }
}
