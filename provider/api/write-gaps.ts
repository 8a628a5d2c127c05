/**
 * The gaps between writes, and what refusals teach about them. The API documents one write of a kind per window; whether
 * another program uses the account, or the kinds share one window, shows only in refusals, and both may change.
 */
import type { Lane } from "./endpoints";

const writeLanes: readonly Lane[] = ["create", "update", "upload", "deleteFiles"];

/** Gaps run from sending to sending, but the API counts arrivals: a little more than its windows absorbs the difference. */
const marginMs = 100;
/** Refusals lengthen gaps by at least a quarter of a window, accepted writes take a quarter of the extra back. */
const step = 0.25;
/** Windows. */
const most = 1;
/**
 * So many accepted writes in a row are followed by a pause. Waits are told in whole seconds, so another program that was
 * refused is always a little late; without a pause it would get its turn only when this one is done.
 */
const longestStreak = 8;
/** The same while another program is known to use the account. */
const shortStreak = 2;
const pauseMs = 1250;
/** For so long after the last sign of another program it is taken to be still there. */
const othersMs = 60_000;
/** Accepted writes after which kinds that seemed to share a window are tried apart again. */
const firstTrial = 8;
const longestTrial = 128;
/** So often two kinds were accepted within half a window: they do not share one. */
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

  /** `windowMs`: between two writes of a kind; 0: no gaps. */
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

  /** Called at the sending, and again when the connection stands: only from then on can the request arrive. */
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
    const streak = sentAt - this.othersSeenAt < othersMs ? shortStreak : longestStreak;
    if (this.near(lane, sentAt, "acceptedAt", this.windowMs / 2)) this.apart++;
    kind.acceptedAt = sentAt;
    this.extraMs = this.extraMs * (1 - step) < marginMs ? 0 : this.extraMs * (1 - step);
    if (++kind.streak % streak === 0 && this.windowMs > 0) kind.nextAt += pauseMs;
    if (this.shared && ++this.accepted >= this.trial) this.shared = false;
  }

  refuse(lane: Lane, sentAt: number, until: number): void {
    const kind = this.kind(lane);
    kind.streak = 0;
    // What was refused has not used the window up: no gap follows it but the wait that the API asks for.
    if (kind.sentAt === sentAt) kind.nextAt = until;
    if (this.apart < enoughProof && this.near(lane, sentAt, "sentAt", this.gapMs)) this.share();
    else this.noticeOthers(sentAt);
    // Long after our own last write, a refusal says nothing about how long our gaps must be.
    if (sentAt - kind.acceptedAt < 2 * this.gapMs) {
      const unit = Math.max(this.windowMs, 1000);
      this.extraMs = Math.min(Math.max(this.extraMs * 1.5, unit * step), unit * most);
    }
    this.hold(lane, until);
  }

  private share(): void {
    if (this.shared) return;
    this.trial = this.accepted === 0 ? firstTrial : Math.min(this.trial * 2, longestTrial);
    this.accepted = 0;
    this.shared = true;
  }

  // Whether a write of another kind went out shortly before.
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
