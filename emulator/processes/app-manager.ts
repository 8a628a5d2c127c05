/** Owns all supervisors, the timer that measures their processes, and stopping them all. */
import { randomUUID } from "node:crypto";
import { AppLog } from "../apps/log";
import type { AppRecord } from "../apps/record";
import type { Store } from "../apps/store";
import type { Settings } from "../options";
import { listProcesses } from "./process-tree";
import { Ports } from "./readiness";
import { Supervisor } from "./supervisor";

/** Often enough to catch a fast memory leak before it affects the machine. */
const SAMPLE_MS = 250;

interface Member {
  supervisor: Supervisor;
  log: AppLog;
  /** Settles with the last operation requested for this app. */
  turn: Promise<unknown>;
}

export class AppManager {
  readonly ports = new Ports();
  private readonly members = new Map<string, Member>();
  private timer: NodeJS.Timeout | undefined;
  private sampling: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly store: Store,
    private readonly settings: Settings,
  ) {
    for (const record of store.list()) this.ports.reserve(record.port);
  }

  /** Starts the apps that were running when an earlier emulator with this folder ended. */
  resume(): void {
    for (const record of this.store.list()) if (record.power === "on") this.start(record.id);
  }

  supervisor(id: string): Supervisor {
    return this.member(id).supervisor;
  }

  log(id: string): AppLog {
    return this.member(id).log;
  }

  /** Runs the operations of an app one after the other, so that a stop and a start never overlap. */
  exclusive<T>(id: string, operation: () => Promise<T>): Promise<T> {
    if (!this.store.get(id)) return operation();
    const member = this.member(id);
    const result = member.turn.then(operation);
    member.turn = result.catch(() => {});
    return result;
  }

  start(id: string): void {
    if (this.closed) return;
    this.supervisor(id).start();
    if (this.settings.run) this.timer ??= setInterval(() => this.sample(), SAMPLE_MS);
  }

  async remove(id: string): Promise<void> {
    const { supervisor, log } = this.member(id);
    await supervisor.stop();
    log.flush();
    this.members.delete(id);
    const record = this.store.get(id);
    if (record) this.ports.release(record.port);
    await this.store.remove(id);
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.members.values()].map(({ supervisor }) => supervisor.stop()));
    clearInterval(this.timer);
    await this.sampling;
    for (const { log } of this.members.values()) log.flush();
  }

  private sample(): void {
    const running = [...this.members.values()].filter(({ supervisor }) => supervisor.processes);
    if (this.sampling || running.length === 0) return;
    this.sampling = listProcesses()
      .then((rows) => {
        for (const { supervisor } of running) supervisor.sample(rows);
      })
      .catch((error: unknown) => this.settings.log(`Cannot measure: ${error}`))
      .finally(() => {
        this.sampling = undefined;
      });
  }

  private member(id: string): Member {
    const found = this.members.get(id);
    if (found) return found;
    const paths = this.store.paths(id);
    const log = new AppLog(paths.log);
    const record = () => this.record(id);
    const supervisor = new Supervisor({
      record,
      paths,
      log,
      run: this.settings.run,
      bootSeconds: this.settings.bootSeconds,
      exitAfterSeconds: this.settings.exitAfterSeconds,
      newContainer: () => this.note(id, { containerId: randomUUID() }),
      settlePort: () => this.settlePort(id),
      gaveUp: () => this.gaveUp(id, supervisor),
    });
    const member = { supervisor, log, turn: Promise.resolve() };
    this.members.set(id, member);
    return member;
  }

  private record(id: string): AppRecord {
    const record = this.store.get(id);
    if (!record) throw new Error(`Application ${id} was deleted.`);
    return record;
  }

  private async settlePort(id: string): Promise<AppRecord> {
    const record = this.record(id);
    if (!this.settings.run) return record;
    const port = await this.ports.free(record.port);
    return port === record.port ? record : (this.store.note(id, { port }) ?? record);
  }

  /** Not requested by a client, so there is no one to report an error to: if it cannot be saved, the app keeps running. */
  private note(id: string, changes: Partial<AppRecord>): void {
    try {
      this.store.note(id, changes);
    } catch (error) {
      this.settings.log(`Cannot save application ${id}: ${error}`);
    }
  }

  private gaveUp(id: string, supervisor: Supervisor): void {
    this.note(id, { power: "off" });
    const record = this.store.get(id);
    if (record)
      this.settings.log(
        `Application ${record.name} (${id}) has ended: ${supervisor.lastEnd ?? "by itself"}.`,
      );
  }
}
