/** One attempt of one request: deadlines, abort, no redirects, bounded answers. Knows nothing of retries and limits. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import axios, { type AxiosRequestConfig } from "axios";
import FormData from "form-data";
import type { LimitReport } from "./limiter";
import { Watch } from "./request-timeouts";
import { noAnswer } from "./transport-error";

export { NoAnswerError } from "./transport-error";

/** A multipart form, described so that every attempt builds it anew. */
export interface Form {
  fields: Readonly<Record<string, string>>;
  file: FormFile;
}

export interface FormFile {
  size: number;
  open(): NodeJS.ReadableStream;
}

export interface Attempt {
  method: string;
  url: string;
  token: string;
  query?: Readonly<Record<string, string>>;
  json?: unknown;
  form?: Form;
  /** For the answer, counted from the end of sending a form, else from the beginning. */
  answerMs: number;
  /** For all of it. */
  wholeMs: number;
  signal: AbortSignal;
  /** The connection stands: only from now on can the request arrive. */
  onConnected?(): void;
  /** Connect straight to this machine, whatever proxy the environment names. */
  direct: boolean;
}

export interface Answer extends LimitReport {
  text: string;
  /** Where the emulator shows its apps; only it names that. Nothing but a program on this machine is believed. */
  dashboard?: string;
}

/** Far above any documented answer: the largest, a list of apps, is some kilobytes per app. */
const largestAnswer = 32 * 1024 * 1024;

// A kept-alive connection that the server closes at the wrong moment looks like a lost answer, so each request has its own.
const agents = {
  httpAgent: new HttpAgent({ keepAlive: false }),
  httpsAgent: new HttpsAgent({ keepAlive: false }),
};

export async function send(attempt: Attempt): Promise<Answer> {
  const watch = new Watch(attempt);
  const body = bodyOf(attempt);
  try {
    const response = await axios.request<string>({
      method: attempt.method,
      url: attempt.url,
      params: attempt.query,
      headers: { Authorization: `Bearer ${attempt.token}`, Accept: "application/json", ...body.headers },
      data: body.data,
      signal: AbortSignal.any([attempt.signal, watch.signal]),
      // Node's own modules follow no redirects, so the key goes nowhere else.
      transport: watch.transport,
      maxRedirects: 0,
      maxContentLength: largestAnswer,
      responseType: "text",
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
      ...connectionOf(attempt),
    } satisfies AxiosRequestConfig);
    return {
      text: String(response.data ?? ""),
      dashboard: attempt.direct ? dashboardOf(response.headers) : undefined,
      ...limitsOf(response.status, response.headers),
    };
  } catch (error) {
    if (attempt.signal.aborted) throw attempt.signal.reason;
    throw watch.signal.aborted ? watch.signal.reason : noAnswer(error, watch.connected);
  } finally {
    watch.end();
    body.destroy();
  }
}

// Without a proxy our own agents serve; with one, axios makes the tunnel and must be left its own.
function connectionOf(attempt: Attempt): AxiosRequestConfig {
  if (attempt.direct) return { ...agents, proxy: false };
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy, ALL_PROXY, all_proxy } = process.env;
  return HTTPS_PROXY || https_proxy || HTTP_PROXY || http_proxy || ALL_PROXY || all_proxy ? {} : agents;
}

interface Body {
  data: unknown;
  headers: Record<string, string>;
  destroy(): void;
}

function bodyOf(attempt: Attempt): Body {
  if (attempt.form) return formBody(attempt.form);
  if (attempt.json !== undefined) {
    return {
      data: JSON.stringify(attempt.json),
      headers: { "Content-Type": "application/json" },
      destroy: () => undefined,
    };
  }
  return { data: undefined, headers: {}, destroy: () => undefined };
}

function formBody(form: Form): Body {
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
  const stream = form.file.open();
  data.append("file", stream, {
    filename: "file.zip",
    contentType: "application/zip",
    knownLength: form.file.size,
  });
  return {
    data,
    headers: {
      ...(data.getHeaders() as Record<string, string>),
      "Content-Length": String(data.getLengthSync()),
    },
    // An aborted attempt leaves the file open otherwise.
    destroy: () => (stream as { destroy?: () => void }).destroy?.(),
  };
}

function dashboardOf(headers: Record<string, unknown> | object): string | undefined {
  const address = (headers as Record<string, unknown>)["x-camposcloud-dashboard"];
  return typeof address === "string" && /^https?:\/\//.test(address)
    ? address.replace(/\/+$/, "")
    : undefined;
}

function limitsOf(status: number, headers: Record<string, unknown> | object): LimitReport {
  const all = headers as Record<string, unknown>;
  return {
    status,
    limit: numberOf(all["x-ratelimit-limit"]),
    remaining: numberOf(all["x-ratelimit-remaining"]),
    resetMs: delayOf(all["x-ratelimit-reset"]),
    retryAfterMs: delayOf(all["retry-after"]),
  };
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** Seconds, an epoch in seconds (above 1e9), or a date, as a delay from now, in milliseconds; at most one hour. */
function delayOf(value: unknown, now: number = Date.now()): number | undefined {
  const seconds = numberOf(value);
  const date = typeof value === "string" && seconds === undefined ? Date.parse(value) : Number.NaN;
  let delay: number;
  if (seconds !== undefined) delay = seconds > 1e9 ? seconds * 1000 - now : seconds * 1000;
  else if (!Number.isNaN(date)) delay = date - now;
  else return undefined;
  return Math.min(Math.max(0, delay), 3_600_000);
}
