/** One attempt of a request: timeouts, abort, no redirects, limited response size. Retries and rate limits are elsewhere. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Readable } from "node:stream";
import axios, { type AxiosRequestConfig } from "axios";
import FormData from "form-data";
import { anySignal } from "../clock";
import type { LimitReport } from "./limiter";
import { Watch } from "./request-timeouts";
import { noResponse } from "./transport-error";

export { NoResponseError } from "./transport-error";

/** A multipart form, described so that each attempt can build it again. */
export interface Form {
  fields: Readonly<Record<string, string>>;
  file: FormFile;
}

export interface FormFile {
  size: number;
  open(): Readable;
}

export interface Attempt {
  method: string;
  url: string;
  token: string;
  query?: Readonly<Record<string, string>>;
  json?: unknown;
  form?: Form;
  /** Time for the response, counted from the end of sending the request. */
  responseMs: number;
  /** Time for the whole attempt. */
  wholeMs: number;
  signal: AbortSignal;
  /** The connection is established: the request can arrive from now on. */
  onConnected?(): void;
  /** Connect directly to this machine, regardless of proxies in the environment. */
  direct: boolean;
}

export interface ApiResponse extends LimitReport {
  text: string;
  /** URL of the emulator's pages for apps. Only accepted from a program on this machine. */
  dashboard?: string;
}

/** Far above any documented response: the largest, a list of apps, has some kilobytes per app. */
const maxResponseBytes = 32 * 1024 * 1024;

// A keep-alive connection closed by the server at the wrong moment looks like a lost response, so each request has its own.
const agents = {
  httpAgent: new HttpAgent({ keepAlive: false }),
  httpsAgent: new HttpsAgent({ keepAlive: false }),
};

export async function send(attempt: Attempt): Promise<ApiResponse> {
  const body = bodyOf(attempt);
  const watch = new Watch(attempt);
  try {
    const response = await axios.request<string>({
      method: attempt.method,
      url: attempt.url,
      params: attempt.query,
      headers: { Authorization: `Bearer ${attempt.token}`, Accept: "application/json", ...body.headers },
      data: body.data,
      signal: anySignal(attempt.signal, watch.signal),
      // Node's own modules do not follow redirects, so the key is sent to no other host.
      transport: watch.transport,
      maxRedirects: 0,
      maxContentLength: maxResponseBytes,
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
    throw watch.signal.aborted ? watch.signal.reason : noResponse(error, watch.connected);
  } finally {
    watch.end();
    body.destroy();
  }
}

// With a proxy, axios creates the tunnel and needs its own agents.
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
    // Otherwise an aborted attempt would leave the file open.
    destroy: () => void stream.destroy(),
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

/** Parses seconds, an epoch in seconds (above 1e9) or a date into a delay in milliseconds, at most one hour. */
function delayOf(value: unknown, now: number = Date.now()): number | undefined {
  const seconds = numberOf(value);
  const date = typeof value === "string" && seconds === undefined ? Date.parse(value) : Number.NaN;
  let delay: number;
  if (seconds !== undefined) delay = seconds > 1e9 ? seconds * 1000 - now : seconds * 1000;
  else if (!Number.isNaN(date)) delay = date - now;
  else return undefined;
  return Math.min(Math.max(0, delay), 3_600_000);
}
