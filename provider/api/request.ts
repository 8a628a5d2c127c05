/** Sends a request with retries and rate limiting, and decodes the response or throws an `ApiError`. */
import { type Clock, type Deadline, formatDuration } from "../clock";
import { type Decoder, refuses } from "./decoder";
import { type Endpoint, type EndpointName, endpoints, pathOf } from "./endpoints";
import { ApiError, protocolError, refusalError, statusError, successText } from "./errors";
import { type ApiResponse, type Form, NoResponseError, send } from "./http";
import { askedWaitMs, type Limiter, type Permit } from "./limiter";
import { shortReason, withRetries } from "./retry";

/** What all requests of an account share; created by `accounts.ts`. */
export interface ClientCore {
  baseUrl: string;
  /** Connect directly to this machine, regardless of proxies in the environment. */
  direct: boolean;
  token: string;
  limiter: Limiter;
  clock: Clock;
}

/** What all requests of an operation share. */
export interface ClientScope {
  /** Aborts waits and reads. */
  signal: AbortSignal;
  /** Aborts requests that change something. Default: `signal`. */
  writeSignal?: AbortSignal;
  /** The deadline of the operation. Default: none. */
  deadline?: Pick<Deadline, "at" | "pause" | "note">;
  /** Masks secrets in the API's texts, before they are truncated. */
  mask?(text: string): string;
  /** Awaited immediately before a request that changes something; if it throws, nothing is sent. */
  beforeChange?(): Promise<void>;
  /** Shows a progress line. */
  progress(text: string): void;
}

export interface RequestOptions<T> {
  /** Id of the app or team in the path. */
  id?: string;
  query?: Record<string, string>;
  json?: unknown;
  form?: Form;
  /** Decodes a 2xx response. */
  decode: Decoder<T>;
}

/** Sends a request of one endpoint; replaced by a script in unit tests. */
export type Send = <T>(name: EndpointName, options: RequestOptions<T>) => Promise<T>;

/** The share of the remaining time that one attempt may take. */
const shareOfTime = 0.8;
/** Milliseconds; only for operations without a deadline. */
const maxSendingMs = 3_600_000;

export function sender(core: ClientCore, scope: ClientScope): Send {
  return (name, options) => {
    const endpoint: Endpoint = endpoints[name];
    const request = { core, scope, endpoint, path: pathOf(endpoint, options.id) };
    const retries = {
      endpoint,
      clock: core.clock,
      signal: scope.signal,
      onRetry: (waitMs: number, error: ApiError) => {
        scope.progress(`${shortReason(error)}; trying again in ${formatDuration(waitMs)}`);
      },
    };
    const note = (reason: string | undefined) => scope.deadline?.note(name, reason);
    return withRetries(retries, async () => {
      try {
        const result = resultOf(request, options.decode, await attempt(request, options));
        note(undefined);
        return result;
      } catch (error) {
        // That something does not exist is a normal response.
        if (error instanceof ApiError && error.kind !== "notFound") note(error.message);
        throw error;
      }
    });
  };
}

interface Request {
  core: ClientCore;
  scope: ClientScope;
  endpoint: Endpoint;
  path: string;
}

function resultOf<T>({ scope, endpoint, path }: Request, decode: Decoder<T>, response: ApiResponse): T {
  const { mask = (text: string) => text } = scope;
  if (response.status < 200 || response.status >= 300) {
    const waitMs = askedWaitMs(response);
    throw statusError(endpoint, path, { status: response.status, text: mask(response.text), waitMs });
  }
  if (!decode.file && refuses(response.text))
    throw refusalError(endpoint, path, { status: response.status, text: mask(response.text) });
  const result = decode.read(response);
  if (result === undefined) {
    const text = successText(mask(response.text));
    throw protocolError(endpoint, path, text === "" ? decode.missing : `${decode.missing}: "${text}"`);
  }
  return result;
}

/** Throws an `ApiError` if there is no complete response, and the signal's reason when aborted. */
async function attempt<T>(request: Request, options: RequestOptions<T>): Promise<ApiResponse> {
  const { core, scope, endpoint, path } = request;
  const { baseUrl, token, direct } = core;
  const { signal } = scope;
  const permit = await permitFor(request);
  let response: ApiResponse | undefined;
  try {
    if (endpoint.method !== "GET") await scope.beforeChange?.();
    response = await send({
      method: endpoint.method,
      url: baseUrl + path,
      token,
      direct,
      query: options.query,
      json: options.json,
      form: options.form,
      ...timesOf(request, options.form),
      signal: endpoint.method === "GET" ? signal : (scope.writeSignal ?? signal),
      onConnected: permit.connected,
    });
    return response;
  } catch (error) {
    throw error instanceof NoResponseError ? withoutResponse(request, error) : error;
  } finally {
    permit.end(response);
  }
}

// Waiting in our own queue does not count against the operation's deadline.
async function permitFor({ core, scope, endpoint }: Request): Promise<Permit> {
  const resume = scope.deadline?.pause();
  const onWait = (ms: number) => {
    if (ms >= 1000) scope.progress(`waiting ${formatDuration(ms)} for the API's rate limit`);
  };
  try {
    return await core.limiter.acquire({ lane: endpoint.lane, signal: scope.signal, onWait });
  } finally {
    resume?.();
  }
}

// Searching for the effect of a lost request needs some of the remaining time.
function timesOf({ core, scope, endpoint }: Request, form: Form | undefined) {
  const left = (scope.deadline?.at() ?? Number.POSITIVE_INFINITY) - core.clock.now();
  const most = Math.max(1000, left * shareOfTime);
  const responseMs = Math.min(endpoint.timeoutMs, most);
  // The time to send a form depends on its size.
  return { responseMs, wholeMs: form ? Math.min(most, maxSendingMs) : responseMs };
}

function withoutResponse({ core, endpoint, path }: Request, error: NoResponseError): ApiError {
  const { method, action } = endpoint;
  const advice =
    error.advice ?? "Check the network and camposcloud:baseUrl (or CAMPOSCLOUD_BASE_URL), then run again.";
  const from = new URL(core.baseUrl).origin;
  return new ApiError(`Could not ${action} (${method} ${path}): ${error.message} from ${from}. ${advice}`, {
    kind: error.neverSent ? "unreachable" : "lost",
    method,
    path,
    maybeApplied: !error.neverSent,
    transient: !error.permanent,
  });
}
