/** So many requests in any minute, as the API counts them: by arrival. */

const minuteMs = 60_000;
/** Our clock and the API's need not run at exactly the same speed. */
const marginMs = 100;
/** How soon to look again when requests without an answer use up everything. */
const lookAgainMs = 1000;

/**
 * A request has arrived at some time between its sending and its end, so it counts from the one until a minute after the
 * other. That holds for every delay on the way; counting from sending alone does not.
 */
export class Quota {
  private underway = 0;
  /** When the requests of the last minute ended, oldest first. */
  private ended: number[] = [];

  constructor(private readonly size: number) {}

  /** When one more request fits, in milliseconds since the epoch; 0: now. */
  freeAt(now: number): number {
    this.forget(now);
    const over = this.underway + this.ended.length - this.size;
    if (over < 0) return 0;
    const last = this.ended[over];
    return last === undefined ? now + lookAgainMs : last + minuteMs + marginMs;
  }

  /** How many count now. */
  count(now: number): number {
    this.forget(now);
    return this.underway + this.ended.length;
  }

  begin(): void {
    this.underway++;
  }

  end(now: number): void {
    this.underway--;
    this.ended.push(now);
  }

  private forget(now: number): void {
    const first = this.ended.findIndex((at) => at + minuteMs + marginMs > now);
    this.ended = first < 0 ? [] : this.ended.slice(first);
  }
}
