/** A clock that tests advance: sleepers wake up in order. */
import type { Clock } from "../../provider/clock";

interface Sleeper {
  at: number;
  wake(): void;
}

export class VirtualClock implements Clock {
  private time = 1_000_000;
  private sleepers: Sleeper[] = [];

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.sleepers = this.sleepers.filter((each) => each !== sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const sleeper: Sleeper = { at: this.time + ms, wake };
      this.sleepers.push(sleeper);
      signal?.addEventListener("abort", onAbort);
    });
  }

  /** Advances the time, waking each sleeper at its time and letting it run before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.next(end); next; next = this.next(end)) {
      this.time = Math.max(this.time, next.at);
      this.sleepers = this.sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await settle();
    }
    this.time = end;
  }

  private next(end: number): Sleeper | undefined {
    return this.sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets everything that is ready run. */
export function settle(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
