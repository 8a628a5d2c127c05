/** Owns the metrics of an app: memory, CPU, uptime, traffic, and their recent history. */
import type { WireMetrics } from "../wire";
import type { ProcessRow } from "./process-tree";

export interface Sample {
  /** Epoch milliseconds. */
  at: number;
  memoryBytes: number;
  cpuPercent: number;
}

/** A minute and a half, which is what the dashboard shows. */
const HISTORY = 360;

export class Meter {
  memoryBytes = 0;
  receivedBytes = 0;
  sentBytes = 0;
  private cpuPercent = 0;
  private startedAt: Date | undefined;
  private cpu = new Map<string, number>();
  private takenAt = 0;
  private samples: Sample[] = [];

  /** A new process starts with no CPU time. */
  reset(): void {
    this.cpu = new Map();
    this.takenAt = performance.now();
    this.memoryBytes = 0;
    this.cpuPercent = 0;
  }

  begin(): void {
    this.startedAt = new Date();
  }

  end(): void {
    this.startedAt = undefined;
    this.memoryBytes = 0;
    this.cpuPercent = 0;
  }

  take(rows: ProcessRow[]): void {
    const now = performance.now();
    const before = this.cpu;
    this.cpu = new Map(rows.map((row) => [`${row.pid}/${row.startedAt}`, row.cpuSeconds]));
    let spent = 0;
    for (const [id, seconds] of this.cpu) spent += seconds - (before.get(id) ?? 0);
    const elapsed = (now - this.takenAt) / 1000;
    this.takenAt = now;
    if (elapsed > 0)
      this.cpuPercent = Math.min(100, Math.max(0, Math.round((spent / elapsed) * 10_000) / 100));
    this.memoryBytes = rows.reduce((sum, row) => sum + row.rssBytes, 0);
    this.remember();
  }

  private remember(): void {
    this.samples.push({ at: Date.now(), memoryBytes: this.memoryBytes, cpuPercent: this.cpuPercent });
    if (this.samples.length > HISTORY) this.samples.shift();
  }

  history(): Sample[] {
    return this.samples;
  }

  metrics({ online, memoryLimitBytes }: { online: boolean; memoryLimitBytes: number }): WireMetrics {
    const { startedAt } = this;
    return {
      timestamp: new Date().toISOString(),
      online,
      uptime: online && startedAt ? Math.floor((Date.now() - startedAt.getTime()) / 1000) : 0,
      startedAt: online && startedAt ? startedAt.toISOString() : null,
      cpuUsagePercent: online ? this.cpuPercent : 0,
      memoryUsageBytes: online ? this.memoryBytes : 0,
      memoryLimitBytes,
      networkRxBytes: this.receivedBytes,
      networkTxBytes: this.sentBytes,
    };
  }
}
