/**
 * The rate limiter of one account: a first-in, first-out queue per lane, gaps between writes of the same kind, and the account's
 * quota of requests per minute. It adapts to the headers of responses. The numbers come from the API's documentation.
 */
import type { Clock } from "../clock";
import type { Lane } from "./endpoints";
import { Quota } from "./quota";
import { WriteGaps } from "./write-gaps";

export interface LimiterOptions {
  clock: Clock;
  /** Milliseconds between two writes of the same kind. */
  writeIntervalMs: number;
  /** Between 0 and 1; default: Math.random. */
  random?: () => number;
}

export interface Turn {
  lane: Lane;
  signal: AbortSignal;
  /** Called once if the request cannot be sent immediately, with the wait as known so far. */
  onWait?: (ms: number) => void;
}

/** Permission to send one request. */
export interface Permit {
  /** Must be called when the connection is established. */
  connected(): void;
  /** Must be called with the response, or with nothing if there will be none. */
  end(response?: LimitReport): void;
}

/** What a response says about the limits. */
export interface LimitReport {
  status: number;
  limit?: number;
  remaining?: number;
  /** Milliseconds until the window resets. */
  resetMs?: number;
  /** Milliseconds that a 429 asks to wait. */
  retryAfterMs?: number;
}

const requestsPerMinute = 180;
const downloadsPerMinute = 20;
/** A limit up to this size belongs to a lane; the account's limit is far larger. */
const maxLaneLimit = 60;
/** The wait after a 429 without headers. */
const defaultWaitMs = 4000;
/** Spreads programs that wait for the same moment. */
const jitterMs = 250;
/** Gap between requests after others used up the account's quota: half the rate. It shrinks with each success. */
const sharedQuotaGapMs = (2 * 60_000) / requestsPerMinute;

/** How long a 429 asks to wait, if it says so. */
export function askedWaitMs(response: LimitReport): number | undefined {
  return response.retryAfterMs ?? (accountHasRoom(response) ? undefined : response.resetMs);
}

// Some APIs send the headers of the account's limit with every response, even if another limit refused the request.
function accountHasRoom({ limit = 0, remaining = 0 }: LimitReport): boolean {
  return limit > maxLaneLimit && remaining > 0;
}

interface Waiting extends Turn {
  grant(permit: Permit): void;
}

interface LaneState {
  readonly name: Lane;
  readonly queue: Waiting[];
  readonly quota: Quota | undefined;
  blockedUntil: number;
  pumping: boolean;
}

export class Limiter {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly lanes = new Map<Lane, LaneState>();
  private readonly account = new Quota(requestsPerMinute);
  private readonly gaps: WriteGaps;
  private accountBlockedUntil = 0;
  private accountGapMs = 0;

  constructor({ clock, writeIntervalMs, random = Math.random }: LimiterOptions) {
    this.clock = clock;
    this.random = random;
    this.gaps = new WriteGaps(writeIntervalMs);
  }

  /** Resolves when the request may be sent, which must then happen immediately. Rejects with the signal's reason. */
  acquire(turn: Turn): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const { signal } = turn;
      if (signal.aborted) return reject(signal.reason);
      const lane = this.laneOf(turn.lane);
      const onAbort = () => {
        lane.queue.splice(lane.queue.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        ...turn,
        grant: (permit) => {
          signal.removeEventListener("abort", onAbort);
          resolve(permit);
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      lane.queue.push(waiting);
      void this.pump(lane);
      const ahead = lane.queue.indexOf(waiting);
      const gap = WriteGaps.has(lane.name) ? this.gaps.gapMs : 0;
      if (ahead >= 0) turn.onWait?.(this.waitOf(lane) + ahead * gap);
    });
  }

  // Checking the quota and counting the request must happen synchronously, since other lanes do the same.
  private async pump(lane: LaneState): Promise<void> {
    if (lane.pumping) return;
    lane.pumping = true;
    for (let head = lane.queue[0]; head; head = lane.queue[0]) {
      const wait = this.waitOf(lane);
      if (wait > 0) {
        await this.clock.sleep(wait, head.signal).catch(() => undefined);
      } else {
        lane.queue.shift();
        head.grant(this.permit(lane));
      }
    }
    lane.pumping = false;
  }

  private waitOf(lane: LaneState): number {
    const now = this.clock.now();
    const at = Math.max(
      lane.blockedUntil,
      this.accountBlockedUntil,
      this.account.freeAt(now),
      lane.quota?.freeAt(now) ?? 0,
      WriteGaps.has(lane.name) ? this.gaps.nextAt(lane.name) : 0,
    );
    return Math.max(0, at - now);
  }

  private permit(lane: LaneState): Permit {
    let sentAt = this.clock.now();
    let ended = false;
    const sent = () => {
      sentAt = this.clock.now();
      if (WriteGaps.has(lane.name)) this.gaps.sent(lane.name, sentAt);
    };
    sent();
    this.account.begin();
    lane.quota?.begin();
    if (this.accountGapMs > 0) this.blockAccount(sentAt + this.accountGapMs);
    return {
      connected: sent,
      end: (response) => {
        if (ended) return;
        ended = true;
        this.account.end(this.clock.now());
        lane.quota?.end(this.clock.now());
        if (response) this.learn(lane, sentAt, response);
      },
    };
  }

  /** An exhausted quota or a 429 delays the next requests. */
  private learn(lane: LaneState, sentAt: number, response: LimitReport): void {
    const now = this.clock.now();
    const small = response.limit === undefined || response.limit <= maxLaneLimit;
    const otherLimit = response.status === 429 && accountHasRoom(response);
    const own = lane.name !== "read" && (small || otherLimit);
    const write = own && WriteGaps.has(lane.name);
    if (response.status === 429) {
      const asked = askedWaitMs(response) ?? defaultWaitMs;
      const until = now + asked + jitterMs * this.random();
      if (write) this.gaps.refuse(lane.name, sentAt, now + asked);
      else if (own) this.block(lane, until);
      else {
        this.accountGapMs = sharedQuotaGapMs;
        this.blockAccount(until);
      }
      return;
    }
    const { limit = 0, remaining = limit } = response;
    if (!small && limit - remaining > this.account.count(now)) this.gaps.noticeOthers(now);
    if (WriteGaps.has(lane.name)) this.gaps.accept(lane.name, sentAt);
    this.accountGapMs = this.accountGapMs < 20 ? 0 : this.accountGapMs * 0.98;
    if (response.remaining !== 0 || response.resetMs === undefined) return;
    if (!own) this.blockAccount(now + response.resetMs);
    // The gap since sending already covers a window of the usual length; counted from the response it would be longer.
    else if (!write || response.resetMs > this.gaps.windowMs) this.block(lane, now + response.resetMs);
  }

  private block(lane: LaneState, until: number): void {
    lane.blockedUntil = Math.max(lane.blockedUntil, until);
  }

  private blockAccount(until: number): void {
    this.accountBlockedUntil = Math.max(this.accountBlockedUntil, until);
  }

  private laneOf(name: Lane): LaneState {
    let lane = this.lanes.get(name);
    if (!lane) {
      const quota = name === "download" ? new Quota(downloadsPerMinute) : undefined;
      lane = { name, queue: [], quota, blockedUntil: 0, pumping: false };
      this.lanes.set(name, lane);
    }
    return lane;
  }
}
