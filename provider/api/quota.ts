/** A limit of requests in any minute, counted by arrival as the API does. */

const minuteMs = 60_000;
/** Our clock and the API's may not run at exactly the same speed. */
const marginMs = 100;
/** When to check again if requests in flight use up the whole quota. */
const recheckMs = 1000;

/**
 * A request arrives at some time between being sent and being answered, so it counts from the first until a minute after the
 * second. This is correct for any network delay; counting from sending alone is not.
 */
export class Quota {
  private underway = 0;
  /** When the requests of the last minute ended, oldest first. */
  private ended: number[] = [];

  constructor(private readonly size: number) {}

  /** When another request is allowed, in milliseconds since the epoch; 0: now. */
  freeAt(now: number): number {
    this.forget(now);
    const over = this.underway + this.ended.length - this.size;
    if (over < 0) return 0;
    const last = this.ended[over];
    return last === undefined ? now + recheckMs : last + minuteMs + marginMs;
  }

  /** The number of requests that count now. */
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
