/** The memory of a process and its descendants: the sum of the peaks of each, as reported by Linux. */
import { readdirSync, readFileSync } from "node:fs";

const everyMs = 50;

export class PeakMemory {
  /** Kilobytes by process; a peak only grows. */
  readonly #peaks = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly root: number | undefined) {
    this.#timer = setInterval(() => this.look(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Undefined if the system does not report it. */
  get bytes(): number | undefined {
    const all = [...this.#peaks.values()];
    return all.length === 0 ? undefined : all.reduce((sum, kilobytes) => sum + kilobytes * 1024, 0);
  }

  private look(): void {
    const children = childrenByParent();
    const pids = this.root === undefined ? [] : [this.root];
    for (const pid of pids) {
      pids.push(...(children.get(pid) ?? []));
      const peak = Number(/VmHWM:\s*(\d+)/.exec(textOf(pid, "status"))?.[1] ?? 0);
      if (peak > 0) this.#peaks.set(pid, Math.max(peak, this.#peaks.get(pid) ?? 0));
    }
  }
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const pid of processes()) {
    // The name is in parentheses and may contain any characters; the state and the parent follow.
    const parent = Number(/\) \S+ (\d+) [^)]*$/.exec(textOf(pid, "stat"))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Empty for a process that has ended. */
function textOf(pid: number, file: "stat" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
