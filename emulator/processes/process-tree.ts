/** Owns the set of processes that belong to one app: finds all of them and ends all of them. */
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { listProcesses, type ProcessRow, temporaryFolder } from "./process-table";

const POLL_MS = 40;
/** Processes that fork faster than they are killed need more than one round. */
const KILL_ROUNDS = 100;

export class Family {
  private readonly known = new Map<number, string>();

  /** `leader` started the family and leads its process group; `temporary` is the TMPDIR that it alone was given. */
  constructor(
    readonly leader: number,
    private readonly temporary: string,
  ) {}

  /** The group, its descendants, and whom an earlier call has seen. */
  members(rows: ProcessRow[]): ProcessRow[] {
    return this.grow(
      rows,
      (row) => row.group === this.leader || row.session === this.leader || this.isKnown(row),
    );
  }

  /** Also those who left both group and parents; reads the environment of each process, so it is for the end. */
  private everyone(rows: ProcessRow[]): ProcessRow[] {
    const members = new Set(this.members(rows));
    return this.grow(rows, (row) => members.has(row) || temporaryFolder(row.pid) === this.temporary);
  }

  private isKnown({ pid, startedAt }: ProcessRow): boolean {
    return this.known.get(pid) === startedAt;
  }

  private grow(rows: ProcessRow[], seed: (row: ProcessRow) => boolean): ProcessRow[] {
    const found = new Map(
      rows.filter((row) => row.pid !== process.pid && seed(row)).map((row) => [row.pid, row]),
    );
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const row of rows) if (found.has(row.parent) && row.pid !== process.pid) found.set(row.pid, row);
    }
    for (const row of found.values()) this.known.set(row.pid, row.startedAt);
    return [...found.values()];
  }

  /** SIGTERM, then SIGKILL after `graceMs` (0: at once); returns when no member is left. */
  async end(graceMs: number): Promise<void> {
    if (process.platform === "win32") {
      spawnSync("taskkill", ["/pid", String(this.leader), "/T", "/F"]);
      return;
    }
    const deadline = performance.now() + graceMs;
    if (graceMs > 0) this.signal("SIGTERM", this.everyone(await listProcesses()));
    while (performance.now() < deadline) {
      const rows = await listProcesses();
      // The cheap question first; it is asked many times while a stubborn app uses up its grace.
      if (this.members(rows).length === 0 && this.everyone(rows).length === 0) return;
      await sleep(POLL_MS);
    }
    for (let round = 0; round < KILL_ROUNDS; round += 1) {
      const left = this.everyone(await listProcesses());
      if (left.length === 0) return;
      this.signal("SIGKILL", left);
      await sleep(round === 0 ? 5 : POLL_MS);
    }
  }

  private signal(signal: "SIGTERM" | "SIGKILL", members: ProcessRow[]): void {
    for (const { pid } of members) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended since it was listed.
      }
    }
  }
}
