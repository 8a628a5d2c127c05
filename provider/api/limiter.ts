/**
 * Stands before every request of one account: first come, first served in each lane, a gap between writes of a kind,
 * and the account's quota of requests per minute. Learns from the answers' headers.
 * The numbers are those of the API's documentation on rate limits.
 */
import type { Clock } from "../clock";
import type { Lane } from "./endpoints";

export interface LimiterOptions {
  clock: Clock;
  /** Milliseconds between two writes of one kind, from sending to sending. */
  writeIntervalMs: number;
}

export interface Turn {
  lane: Lane;
  signal: AbortSignal;
  /** Told once when the turn does not come at once, with the wait known so far. */
  onWait?: (ms: number) => void;
}

/** What an answer says about the limits. */
export interface LimitReport {
  status: number;
  limit?: number;
  remaining?: number;
  /** Milliseconds until the window is fresh again. */
  resetMs?: number;
  /** Milliseconds that a 429 asks to wait. */
  retryAfterMs?: number;
}

const requestsPerMinute = 180;
const downloadsPerMinute = 20;
/** Gaps run from sending to sending, but the API counts arrivals: a little more than its windows absorbs the difference. */
const marginMs = 100;
const minute = 60_000 + marginMs;
/** A quota up to this size is a lane's own; the account's is far larger. */
const largestLaneLimit = 60;
const writeLanes: readonly Lane[] = ["create", "update", "upload", "deleteFiles"];

interface Waiting extends Turn {
  resolve(): void;
  reject(reason: unknown): void;
}

interface LaneState {
  readonly queue: Waiting[];
  readonly sent: SlidingWindow | undefined;
  nextAt: number;
  pumping: boolean;
}

export class Limiter {
  private readonly clock: Clock;
  private readonly lanes = new Map<Lane, LaneState>();
  private readonly account: SlidingWindow;
  private accountBlockedUntil = 0;
  private gapMs: number;
  /** Set by a 429 on a write although its own gap was kept: the real window seems to be shared by all kinds of writes. */
  private sharedWrites = false;

  constructor(options: LimiterOptions) {
    this.clock = options.clock;
    this.account = new SlidingWindow(requestsPerMinute);
    this.gapMs = options.writeIntervalMs === 0 ? 0 : options.writeIntervalMs + marginMs;
  }

  /** Resolves when the request may be sent, which must then happen at once. Rejects with the signal's reason. */
  acquire(turn: Turn): Promise<void> {
    return new Promise((resolve, reject) => {
      const lane = this.laneOf(turn.lane);
      const waiting: Waiting = { ...turn, resolve, reject };
      const onAbort = () => {
        const at = lane.queue.indexOf(waiting);
        if (at > 0) lane.queue.splice(at, 1);
        reject(turn.signal.reason);
      };
      if (turn.signal.aborted) {
        onAbort();
        return;
      }
      turn.signal.addEventListener("abort", onAbort, { once: true });
      waiting.resolve = () => {
        turn.signal.removeEventListener("abort", onAbort);
        resolve();
      };
      lane.queue.push(waiting);
      if (lane.queue.length > 1)
        turn.onWait?.(this.waitOf(turn.lane, lane) + (lane.queue.length - 1) * this.gapMs);
      void this.pump(turn.lane, lane);
    });
  }

  /** Takes in what an answer says: a spent quota or a 429 holds back the next requests. */
  report(lane: Lane, answer: LimitReport): void {
    const now = this.clock.now();
    const ownLimit = lane !== "read" && (answer.limit === undefined || answer.limit <= largestLaneLimit);
    if (answer.status === 429) {
      const until = now + (answer.retryAfterMs ?? answer.resetMs ?? 4000);
      if (ownLimit) this.blockLane(lane, until);
      else this.accountBlockedUntil = Math.max(this.accountBlockedUntil, until);
    } else if (answer.remaining === 0 && answer.resetMs !== undefined) {
      const until = now + answer.resetMs;
      if (ownLimit) this.laneOf(lane).nextAt = Math.max(this.laneOf(lane).nextAt, until);
      else if (lane === "read") this.accountBlockedUntil = Math.max(this.accountBlockedUntil, until);
    }
  }

  private blockLane(lane: Lane, until: number): void {
    if (!writeLanes.includes(lane)) {
      this.laneOf(lane).nextAt = Math.max(this.laneOf(lane).nextAt, until);
      return;
    }
    if (this.sharedWrites) this.gapMs = Math.min(this.gapMs * 1.5, 30_000);
    this.sharedWrites = true;
    for (const write of writeLanes) this.laneOf(write).nextAt = Math.max(this.laneOf(write).nextAt, until);
  }

  private laneOf(lane: Lane): LaneState {
    let state = this.lanes.get(lane);
    if (!state) {
      const sent = lane === "download" ? new SlidingWindow(downloadsPerMinute) : undefined;
      state = { queue: [], sent, nextAt: 0, pumping: false };
      this.lanes.set(lane, state);
    }
    return state;
  }

  private async pump(name: Lane, lane: LaneState): Promise<void> {
    if (lane.pumping) return;
    lane.pumping = true;
    for (let head = lane.queue[0]; head; head = lane.queue[0]) {
      if (await this.awaitTurn(name, lane, head)) {
        this.markSent(name, lane);
        head.resolve();
      }
      lane.queue.shift();
    }
    lane.pumping = false;
  }

  /** False when the one who waits gave up. */
  private async awaitTurn(name: Lane, lane: LaneState, head: Waiting): Promise<boolean> {
    let told = false;
    for (let wait = this.waitOf(name, lane); wait > 0; wait = this.waitOf(name, lane)) {
      if (!told) head.onWait?.(wait);
      told = true;
      try {
        await this.clock.sleep(wait, head.signal);
      } catch {
        return false;
      }
    }
    return !head.signal.aborted;
  }

  private waitOf(name: Lane, lane: LaneState): number {
    const now = this.clock.now();
    const at = Math.max(
      lane.nextAt,
      this.accountBlockedUntil,
      this.account.freeAt(now),
      name === "read" ? 0 : (lane.sent?.freeAt(now) ?? 0),
    );
    return Math.max(0, at - now);
  }

  private markSent(name: Lane, lane: LaneState): void {
    const now = this.clock.now();
    this.account.add(now);
    lane.sent?.add(now);
    if (!writeLanes.includes(name)) return;
    const spaced = this.sharedWrites ? writeLanes.map((write) => this.laneOf(write)) : [lane];
    for (const each of spaced) each.nextAt = Math.max(each.nextAt, now + this.gapMs);
  }
}

/** The times of the last `size` requests of a minute. */
class SlidingWindow {
  private readonly times: number[] = [];

  constructor(private readonly size: number) {}

  add(now: number): void {
    this.times.push(now);
    if (this.times.length > this.size) this.times.shift();
  }

  /** When one more request fits; 0 when it fits now. */
  freeAt(now: number): number {
    const oldest = this.times[0];
    if (this.times.length < this.size || oldest === undefined || oldest + minute <= now) return 0;
    return oldest + minute;
  }
}
