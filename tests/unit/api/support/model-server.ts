/** A server in virtual time that enforces the documented limits, and programs that send to it through limiters. */
import type { Lane } from "../../../../provider/api/endpoints";
import { Limiter, type LimitReport } from "../../../../provider/api/limiter";
import type { VirtualClock } from "../../../support/virtual-clock";

export interface ServerModel {
  /** Milliseconds between two accepted writes of the same kind. */
  windowMs: number;
  /** All kinds of writes share one window. */
  shared: boolean;
  headers: "none" | "reset" | "retry-after";
  /** Random latency in milliseconds for each request, in each direction. */
  latency(): number;
}

export interface Arrival {
  program: number;
  lane: Lane;
  at: number;
  refused: boolean;
}

const writes: readonly Lane[] = ["create", "update", "upload", "deleteFiles"];

/** One account. */
export class ModelServer {
  readonly arrivals: Arrival[] = [];
  private readonly openedAt = new Map<string, number>();

  constructor(
    readonly clock: VirtualClock,
    readonly model: ServerModel,
  ) {}

  /** Handles a request that arrives now. */
  take(program: number, lane: Lane): LimitReport {
    const report = this.decide(lane);
    this.arrivals.push({ program, lane, at: this.clock.now(), refused: report.status === 429 });
    return report;
  }

  /** The maximum number of requests that arrived within a minute. */
  maxInAMinute(): number {
    const times = this.arrivals.map(({ at }) => at).sort((a, b) => a - b);
    return Math.max(0, ...times.map((at, i) => times.slice(i).filter((other) => other < at + 60_000).length));
  }

  private decide(lane: Lane): LimitReport {
    const now = this.clock.now();
    const minute = this.arrivals.filter(({ at, refused }) => !refused && at > now - 60_000);
    if (minute.length >= 180) return this.refuse(180, (minute[0]?.at ?? now) + 60_000 - now);
    if (!writes.includes(lane)) return this.accept(180, 180 - minute.length - 1, 60_000);
    const key = this.model.shared ? "writes" : lane;
    const left = (this.openedAt.get(key) ?? Number.NEGATIVE_INFINITY) + this.model.windowMs - now;
    if (left > 0) return this.refuse(1, left);
    this.openedAt.set(key, now);
    return this.accept(1, 0, this.model.windowMs);
  }

  private accept(limit: number, remaining: number, leftMs: number): LimitReport {
    return this.model.headers === "none"
      ? { status: 200 }
      : { status: 200, limit, remaining, resetMs: wholeSeconds(leftMs) };
  }

  private refuse(limit: number, leftMs: number): LimitReport {
    if (this.model.headers === "none") return { status: 429 };
    const wait = wholeSeconds(leftMs);
    return this.model.headers === "reset"
      ? { status: 429, limit, remaining: 0, resetMs: wait }
      : { status: 429, limit, remaining: 0, resetMs: wait, retryAfterMs: wait };
  }
}

function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000)) * 1000;
}

export interface Request {
  lane: Lane;
  /** Milliseconds after the program's start. */
  at: number;
}

/** One process with one limiter; refused requests are retried as in `retry.ts`. */
export class ModelProgram {
  /** When each request was accepted. */
  readonly done: number[] = [];
  private readonly limiter: Limiter;

  constructor(
    private readonly number: number,
    private readonly server: ModelServer,
    private readonly random: () => number,
    writeIntervalMs = 3000,
  ) {
    this.limiter = new Limiter({ clock: server.clock, writeIntervalMs, random });
  }

  run(requests: readonly Request[]): Promise<unknown> {
    return Promise.all(requests.map((request) => this.send(request)));
  }

  private async send({ lane, at }: Request): Promise<void> {
    const { clock, model } = this.server;
    const { signal } = new AbortController();
    await clock.sleep(at);
    for (let attempt = 1; ; attempt++) {
      const permit = await this.limiter.acquire({ lane, signal });
      await clock.sleep(model.latency());
      const answer = this.server.take(this.number, lane);
      await clock.sleep(model.latency());
      permit.end(answer);
      if (answer.status !== 429) break;
      const backoff = 4000 * 2 ** Math.min(attempt - 1, 2);
      await clock.sleep((answer.retryAfterMs ?? answer.resetMs ?? backoff) + 250 * this.random());
    }
    this.done.push(clock.now());
  }
}
