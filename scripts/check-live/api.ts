/** Plain requests to the API, independent of the provider's client, whose assumptions are checked. */
import { setTimeout as sleep } from "node:timers/promises";
import { anySignal } from "../../provider/clock";

export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Headers;
  /** The body as JSON; undefined for anything else. */
  body: unknown;
}

export interface Call {
  method: string;
  /** Including the query. */
  path: string;
  body?: Json | FormData;
  /** A key other than the configured one. */
  token?: string;
}

const answerWithinMs = 240_000;
/** Minimum time between reads; the API accepts 180 requests per minute. */
const betweenCallsMs = 400;

export class Api {
  private nextAt = 0;
  private readonly nextWriteAt = new Map<string, number>();

  constructor(
    readonly settings: { baseUrl: string; token: string; writeIntervalMs: number },
    private readonly signal: AbortSignal,
  ) {}

  /** The same API for cleaning up, which an interrupt does not abort. */
  unstoppable(): Api {
    return new Api(this.settings, AbortSignal.timeout(answerWithinMs));
  }

  get(path: string): Promise<Answer> {
    return this.call({ method: "GET", path });
  }

  /** A write that respects the gap to the last one of its kind. */
  async write(kind: string, call: Call): Promise<Answer> {
    const wait = (this.nextWriteAt.get(kind) ?? 0) - Date.now();
    if (wait > 0) await sleep(wait, undefined, { signal: this.signal });
    const answer = await this.call(call);
    this.nextWriteAt.set(kind, Date.now() + this.settings.writeIntervalMs);
    return answer;
  }

  async call({ method, path, body, token = this.settings.token }: Call): Promise<Answer> {
    const wait = this.nextAt - Date.now();
    if (wait > 0) await sleep(wait, undefined, { signal: this.signal });
    this.nextAt = Date.now() + Math.min(betweenCallsMs, this.settings.writeIntervalMs);
    const json = body === undefined || body instanceof FormData ? undefined : JSON.stringify(body);
    const response = await fetch(this.settings.baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(json ? { "content-type": "application/json" } : {}) },
      body: json ?? (body as FormData | undefined),
      redirect: "manual",
      signal: anySignal(this.signal, AbortSignal.timeout(answerWithinMs)),
    });
    return { status: response.status, headers: response.headers, body: parse(await response.text()) };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of a value that may not be an object. */
export function member(value: unknown, name: string): unknown {
  return isJson(value) ? value[name] : undefined;
}

/** The type of a value, for a report that must not show the value itself. */
export function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
