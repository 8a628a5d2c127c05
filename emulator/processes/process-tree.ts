/** Owns the processes of an app: reading the process table, finding all of them, and ending them. */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const POLL_MS = 40;
/** Processes that fork while they are being killed need more than one round. */
const KILL_ROUNDS = 100;

export class ProcessTree {
  private readonly known = new Map<number, string>();

  /** `leader` started the tree and leads its process group; `temporary` is its unique TMPDIR. */
  constructor(
    readonly leader: number,
    private readonly temporary: string,
  ) {}

  /** The group, its descendants, and members that an earlier call has seen. */
  members(rows: ProcessRow[]): ProcessRow[] {
    return this.grow(
      rows,
      (row) => row.group === this.leader || row.session === this.leader || this.isKnown(row),
    );
  }

  /** Also finds processes that left both group and parents. Slow, since it reads the environment of every process. */
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

  /** SIGTERM, then SIGKILL after `graceMs` (0: immediately); returns when no member is left. */
  async end(graceMs: number): Promise<void> {
    if (process.platform === "win32") {
      spawnSync("taskkill", ["/pid", String(this.leader), "/T", "/F"]);
      return;
    }
    const deadline = performance.now() + graceMs;
    if (graceMs > 0) this.signal("SIGTERM", this.everyone(await listProcesses()));
    while (performance.now() < deadline) {
      const rows = await listProcesses();
      // The cheap check first, since it is repeated during the grace period.
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
        // It has exited since it was listed.
      }
    }
  }
}

export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** Distinguishes processes that have the same pid at different times. */
  startedAt: string;
  cpuSeconds: number;
  rssBytes: number;
}

const CLOCK_TICKS = 100;
let pageBytes: number | undefined;

/** All processes except zombies. Empty if the system has neither /proc nor ps. */
export async function listProcesses(): Promise<ProcessRow[]> {
  if (process.platform === "linux") return fromProc();
  if (process.platform === "win32") return [];
  return fromPs();
}

function fromProc(): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const name of readdirSync("/proc")) {
    const row = /^\d+$/.test(name) ? procRow(Number(name)) : undefined;
    if (row) rows.push(row);
  }
  return rows;
}

function procRow(pid: number): ProcessRow | undefined {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  // The name in parentheses may contain spaces and parentheses.
  const [state, ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (text === "" || state === "Z" || state === "X") return undefined;
  const number = (index: number) => Number(fields[index - 4]);
  return {
    pid,
    parent: number(4),
    group: number(5),
    session: number(6),
    cpuSeconds: (number(14) + number(15)) / CLOCK_TICKS,
    startedAt: String(number(22)),
    rssBytes: number(24) * pageSize(),
  };
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // The process has exited since its folder was listed, or belongs to another user.
    return "";
  }
}

/** From the auxiliary vector: pairs of words, where key 6 is the page size (16 KiB and 64 KiB exist on ARM). */
function pageSize(): number {
  if (pageBytes !== undefined) return pageBytes;
  const vector = Buffer.from(readOrEmpty("/proc/self/auxv"), "latin1");
  pageBytes = 4096;
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === 6n) pageBytes = Number(vector.readBigUInt64LE(at + 8));
  }
  return pageBytes;
}

async function fromPs(): Promise<ProcessRow[]> {
  const columns = "pid=,ppid=,pgid=,rss=,time=,lstart=";
  const { stdout } = await promisify(execFile)("ps", ["-axo", columns], { maxBuffer: 64 * 1024 ** 2 });
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, group, rss, time, ...started] = line.trim().split(/\s+/);
    if (!pid || !time) return [];
    const [seconds = 0, minutes = 0, hours = 0] = time.split(/[:-]/).map(Number).reverse();
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(group),
      startedAt: started.join(" "),
      cpuSeconds: seconds + 60 * minutes + 3600 * hours,
      rssBytes: Number(rss) * 1024,
    };
  });
}

/** Identifies a process permanently, even across reboots; undefined if it is not running. */
export function processIdentity(pid: number): string | undefined {
  if (process.platform === "linux") {
    const row = procRow(pid);
    return row && `${readOrEmpty("/proc/sys/kernel/random/boot_id").trim()}/${row.startedAt}`;
  }
  const [command, ...args] = startTimeCommand(pid);
  try {
    return (
      execFileSync(command, args, { encoding: "utf8", stdio: "pipe", windowsHide: true }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

function startTimeCommand(pid: number): [string, ...string[]] {
  if (process.platform !== "win32") return ["ps", "-o", "lstart=", "-p", String(pid)];
  const time = `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToFileTimeUtc()`;
  return ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", time];
}

/** The TMPDIR with which the process was started. Identifies processes that left parent and group; Linux only. */
export function temporaryFolder(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  const environment = Buffer.from(readOrEmpty(`/proc/${pid}/environ`), "latin1")
    .toString("utf8")
    .split("\0");
  return environment.find((variable) => variable.startsWith("TMPDIR="))?.slice("TMPDIR=".length);
}
