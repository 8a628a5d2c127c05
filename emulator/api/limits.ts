/** Owns the documented rate limits: their windows and headers. */
import { tooManyRequests } from "../errors";
import type { Settings } from "../options";

/** Each kind of write, and downloads, have their own window in addition to the account's. */
export type LimitClass = "create" | "update" | "upload" | "deleteFiles" | "download";

interface Limit {
  count: number;
  seconds: number;
  name: string;
}

interface Window {
  limit: Limit;
  startedAt: number;
  used: number;
}

const DOWNLOADS: Limit = { count: 20, seconds: 60, name: "20 downloads a minute" };

export class Limits {
  private readonly windows = new Map<string, Window>();
  private readonly account: Limit;
  private readonly write: Limit;

  constructor(
    settings: Settings,
    private readonly now: () => number = () => performance.now(),
  ) {
    const { requestsPerMinute, writeWindowSeconds } = settings;
    this.account = { count: requestsPerMinute, seconds: 60, name: `${requestsPerMinute} requests a minute` };
    this.write = {
      count: 1,
      seconds: writeWindowSeconds,
      name: `one request of this kind per ${writeWindowSeconds} s`,
    };
  }

  reset(): void {
    this.windows.clear();
  }

  /** Counts a request. Sets the headers of the most restrictive window; throws if a window is full. */
  take(kind: LimitClass | undefined, headers: Record<string, string>): void {
    this.count("account", this.account, headers);
    if (kind) this.count(kind, kind === "download" ? DOWNLOADS : this.write, headers);
  }

  private count(key: string, limit: Limit, headers: Record<string, string>): void {
    if (limit.count === 0 || limit.seconds === 0) return;
    const window = this.current(key, limit);
    const refused = window.used >= limit.count;
    if (!refused) window.used += 1;
    const left = Math.max(1, Math.ceil((window.startedAt + limit.seconds * 1000 - this.now()) / 1000));
    headers["X-RateLimit-Limit"] = String(limit.count);
    headers["X-RateLimit-Remaining"] = String(limit.count - window.used);
    headers["X-RateLimit-Reset"] = String(left);
    if (refused) throw tooManyRequests(limit.name, left);
  }

  private current(key: string, limit: Limit): Window {
    const found = this.windows.get(key);
    if (found && this.now() - found.startedAt < limit.seconds * 1000) return found;
    const fresh = { limit, startedAt: this.now(), used: 0 };
    this.windows.set(key, fresh);
    return fresh;
  }
}
