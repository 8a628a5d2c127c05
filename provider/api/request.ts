/** Sends one request: attempts pass the retries, then the limiter, then http; what comes back is decoded or becomes an `ApiError`. */
import { type Clock, type Deadline, formatDuration } from "../clock";
import { type Decoder, refuses } from "./decoder";
import { type Endpoint, type EndpointName, endpoints, pathOf } from "./endpoints";
import { ApiError, protocolError, refusalError, statusError, wordsOf } from "./errors";
import { type Answer, type Form, NoAnswerError, send } from "./http";
import type { Limiter, Permit } from "./limiter";
import { shortReason, withRetries } from "./retry";

/** What one account's requests need; made by `accounts.ts`. */
export interface ClientCore {
  baseUrl: string;
  /** Connect straight to this machine, whatever proxy the environment names. */
  direct: boolean;
  token: string;
  limiter: Limiter;
  clock: Clock;
}

/** What belongs to one operation. */
export interface ClientScope {
  /** Ends waits and reads. */
  signal: AbortSignal;
  /** Ends requests that change something. Default: `signal`. */
  writeSignal?: AbortSignal;
  /** The operation's time. Default: it has no end. */
  deadline?: Pick<Deadline, "at" | "pause" | "note">;
  /** Masks secrets in the API's words, before they are cut to length. */
  mask?(text: string): string;
  /** Awaited right before a request that changes something is sent; what it throws is thrown, and nothing is sent. */
  beforeChange?(): Promise<void>;
  /** One line on what is going on, for the resource's row. */
  progress(text: string): void;
}

export interface RequestOptions<T> {
  /** Id of the app or team in the path. */
  id?: string;
  query?: Record<string, string>;
  json?: unknown;
  form?: Form;
  /** What a good answer must hold. */
  decode: Decoder<T>;
}

/** Sends a request of one endpoint; replaced by a script in unit tests. */
export type Send = <T>(name: EndpointName, options: RequestOptions<T>) => Promise<T>;

/** How much of the operation's time one attempt may take. */
const shareOfTime = 0.8;
/** Milliseconds; only for operations without a deadline. */
const longestSending = 3_600_000;

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
        // One that is missing is an answer like any other.
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

function resultOf<T>({ scope, endpoint, path }: Request, decode: Decoder<T>, answer: Answer): T {
  const { mask = (text: string) => text } = scope;
  if (answer.status < 200 || answer.status >= 300) {
    const waitMs = answer.retryAfterMs ?? answer.resetMs;
    throw statusError(endpoint, path, { status: answer.status, text: mask(answer.text), waitMs });
  }
  if (!decode.file && refuses(answer.text))
    throw refusalError(endpoint, path, { status: answer.status, text: mask(answer.text) });
  const result = decode.read(answer);
  if (result === undefined) {
    const words = wordsOf(mask(answer.text));
    throw protocolError(endpoint, path, words === "" ? decode.missing : `${decode.missing}: "${words}"`);
  }
  return result;
}

/** Throws an `ApiError` when there is no whole answer, and the signal's reason once aborted. */
async function attempt<T>(request: Request, options: RequestOptions<T>): Promise<Answer> {
  const { core, scope, endpoint, path } = request;
  const { baseUrl, token, direct } = core;
  const { signal } = scope;
  const permit = await permitFor(request);
  let answer: Answer | undefined;
  try {
    if (endpoint.method !== "GET") await scope.beforeChange?.();
    answer = await send({
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
    return answer;
  } catch (error) {
    throw error instanceof NoAnswerError ? unanswered(request, error) : error;
  } finally {
    permit.end(answer);
  }
}

// Waiting in our own queue takes nothing of the operation's time.
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

// A change whose answer was lost is looked for, and that needs a part of the operation's time.
function timesOf({ core, scope, endpoint }: Request, form: Form | undefined) {
  const left = (scope.deadline?.at() ?? Number.POSITIVE_INFINITY) - core.clock.now();
  const most = Math.max(1000, left * shareOfTime);
  const answerMs = Math.min(endpoint.timeoutMs, most);
  // How long a form takes to send depends on its size.
  return { answerMs, wholeMs: form ? Math.min(most, longestSending) : answerMs };
}

function unanswered({ core, endpoint, path }: Request, error: NoAnswerError): ApiError {
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
