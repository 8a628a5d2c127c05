/**
 * The gaps between writes, adapted to refusals (429). The API documents one write of each kind per window. Whether another
 * program uses the account, or all kinds share one window, only shows in refusals, and both may change.
 */
import type { Lane } from "./endpoints";

const writeLanes: readonly Lane[] = ["create", "update", "upload", "deleteFiles"];

/** Gaps are measured between sending times, but the API counts arrivals: the margin absorbs the difference. */
const marginMs = 100;
/** A refusal lengthens gaps by at least a quarter of a window; an accepted write removes a quarter of the extra time. */
const step = 0.25;
/** Maximum extra time, in windows. */
const maxExtra = 1;
/**
 * After this many consecutive accepted writes there is a pause. Another program that was refused is told to wait in whole
 * seconds, so it is always slightly late; without a pause it could only write after this one has finished.
 */
const maxStreak = 8;
/** The same while another program is known to use the account. */
const shortStreak = 2;
const pauseMs = 1250;
/** How long another program is assumed to use the account after its last sign. */
const othersMs = 60_000;
/** Number of accepted writes after which kinds that seemed to share a window are tried separately again. */
const firstTrial = 8;
const maxTrial = 128;
/** How often two kinds must be accepted within half a window to prove that they do not share one. */
const enoughProof = 2;

interface Kind {
  nextAt: number;
  acceptedAt: number;
  sentAt: number;
  streak: number;
}

export class WriteGaps {
  private readonly kinds = new Map<Lane, Kind>();
  private extraMs = 0;
  private shared = false;
  private apart = 0;
  private accepted = 0;
  private trial = firstTrial;
  private othersSeenAt = Number.NEGATIVE_INFINITY;

  /** `windowMs`: time between two writes of the same kind; 0: no gaps. */
  constructor(readonly windowMs: number) {}

  static has(lane: Lane): boolean {
    return writeLanes.includes(lane);
  }

  get gapMs(): number {
    return this.windowMs === 0 ? this.extraMs : this.windowMs + marginMs + this.extraMs;
  }

  /** When the next write of this kind may be sent. */
  nextAt(lane: Lane): number {
    return this.kind(lane).nextAt;
  }

  /** Called when sending, and again when the connection is established: only then can the request arrive. */
  sent(lane: Lane, now: number): void {
    this.kind(lane).sentAt = now;
    this.hold(lane, now + this.gapMs);
  }

  /** Another program uses the account. */
  noticeOthers(now: number): void {
    this.othersSeenAt = now;
  }

  accept(lane: Lane, sentAt: number): void {
    const kind = this.kind(lane);
    const streak = sentAt - this.othersSeenAt < othersMs ? shortStreak : maxStreak;
    if (this.near(lane, sentAt, "acceptedAt", this.windowMs / 2)) this.apart++;
    kind.acceptedAt = sentAt;
    this.extraMs = this.extraMs * (1 - step) < marginMs ? 0 : this.extraMs * (1 - step);
    if (++kind.streak % streak === 0 && this.windowMs > 0) kind.nextAt += pauseMs;
    if (this.shared && ++this.accepted >= this.trial) this.shared = false;
  }

  refuse(lane: Lane, sentAt: number, until: number): void {
    const kind = this.kind(lane);
    kind.streak = 0;
    // A refused write has not used the window: only the wait that the API asks for applies.
    if (kind.sentAt === sentAt) kind.nextAt = until;
    if (this.apart < enoughProof && this.near(lane, sentAt, "sentAt", this.gapMs)) this.share();
    else this.noticeOthers(sentAt);
    // Long after our last write, a refusal says nothing about the length of our gaps.
    if (sentAt - kind.acceptedAt < 2 * this.gapMs) {
      const unit = Math.max(this.windowMs, 1000);
      this.extraMs = Math.min(Math.max(this.extraMs * 1.5, unit * step), unit * maxExtra);
    }
    this.hold(lane, until);
  }

  private share(): void {
    if (this.shared) return;
    this.trial = this.accepted === 0 ? firstTrial : Math.min(this.trial * 2, maxTrial);
    this.accepted = 0;
    this.shared = true;
  }

  // Whether a write of another kind happened shortly before.
  private near(lane: Lane, sentAt: number, when: "sentAt" | "acceptedAt", ms: number): boolean {
    return writeLanes.some((other) => {
      const at = this.kind(other)[when];
      return other !== lane && at <= sentAt && sentAt - at < ms;
    });
  }

  private hold(lane: Lane, until: number): void {
    for (const each of this.shared ? writeLanes : [lane]) {
      const kind = this.kind(each);
      kind.nextAt = Math.max(kind.nextAt, until);
    }
  }

  private kind(lane: Lane): Kind {
    let kind = this.kinds.get(lane);
    if (!kind) {
      kind = { nextAt: 0, acceptedAt: Number.NEGATIVE_INFINITY, sentAt: Number.NEGATIVE_INFINITY, streak: 0 };
      this.kinds.set(lane, kind);
    }
    return kind;
  }
}
