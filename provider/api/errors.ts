/** The error of a failed request, and the table from HTTP status to kind and advice. */
import { UserError } from "../errors";
import type { Endpoint } from "./endpoints";

/**
 * How a request failed. `limited`: rejected by a rate limit without being processed; `redirect` and `protocol`: the response did
 * not come from the API; `unreachable`: never sent; `lost`: sent, but no complete response arrived.
 */
export type ApiErrorKind =
  | "invalid"
  | "unauthorized"
  | "forbidden"
  | "notFound"
  | "limited"
  | "server"
  | "redirect"
  | "protocol"
  | "unreachable"
  | "lost";

interface KindRow {
  readonly kind: ApiErrorKind;
  readonly advice: string;
}

const keyAdvice =
  "Check the API key: set it with `pulumi config set --secret camposcloud:token` or in CAMPOSCLOUD_TOKEN.";

const byStatus: Record<number, KindRow> = {
  400: { kind: "invalid", advice: "Correct what the answer names and run `pulumi up` again." },
  401: { kind: "unauthorized", advice: keyAdvice },
  403: {
    kind: "forbidden",
    advice: "The API key is not allowed to do this: check the account, the team and the plan.",
  },
  404: {
    kind: "notFound",
    advice: "If it was deleted elsewhere, run `pulumi refresh` and then `pulumi up`.",
  },
  409: {
    kind: "invalid",
    advice: "It was changed at the same time, or the name is taken; check and run again.",
  },
  413: {
    kind: "invalid",
    advice: "The upload is too big: leave files out with `.camposignore` or `ignore`.",
  },
  422: { kind: "invalid", advice: "Correct what the answer names and run `pulumi up` again." },
  429: { kind: "limited", advice: "The account's rate limit is used up; run again in a minute." },
};

export function kindOfStatus(status: number): KindRow {
  const row = byStatus[status];
  if (row) return row;
  if (status >= 500) return { kind: "server", advice: "The API has a problem; run again later." };
  if (status >= 400)
    return { kind: "invalid", advice: "Correct what the answer names and run `pulumi up` again." };
  if (status >= 300) {
    return {
      kind: "redirect",
      advice: "Redirects are not followed with the API key; check camposcloud:baseUrl.",
    };
  }
  return {
    kind: "protocol",
    advice: "Check camposcloud:baseUrl: this does not look like the CamposCloud API.",
  };
}

export interface ApiErrorFields {
  readonly kind: ApiErrorKind;
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  /** The request may have taken effect. */
  readonly maybeApplied: boolean;
  /** The same request may succeed later. */
  readonly transient: boolean;
  /** How long to wait according to the API, in milliseconds. */
  readonly waitMs?: number;
  readonly cause?: unknown;
}

/**
 * A failed request, with everything that is known about the attempt: retries, and the search for a lost effect, are decided from
 * it alone. The message never contains headers or the body of the request.
 */
export class ApiError extends UserError {
  override readonly name = "ApiError";
  readonly kind: ApiErrorKind;
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly maybeApplied: boolean;
  readonly transient: boolean;
  readonly waitMs: number | undefined;

  constructor(message: string, fields: ApiErrorFields) {
    super(message, { cause: fields.cause });
    this.kind = fields.kind;
    this.method = fields.method;
    this.path = fields.path;
    this.status = fields.status;
    this.maybeApplied = fields.maybeApplied;
    this.transient = fields.transient;
    this.waitMs = fields.waitMs;
  }
}

/** A response with a status other than 2xx. */
export function statusError(
  endpoint: Endpoint,
  path: string,
  response: { status: number; text: string; waitMs?: number },
): ApiError {
  const message = errorText(response.text);
  const { kind, advice } = kindOfStatus(effectiveStatus(endpoint, response.status, response.text));
  const quoted = message === "" ? "" : ` "${message}"`;
  return new ApiError(
    `Could not ${endpoint.action} (${endpoint.method} ${path}): the API answered ${response.status}${quoted}. ${advice}`,
    {
      kind,
      method: endpoint.method,
      path,
      status: response.status,
      maybeApplied: kind === "server",
      transient: kind === "server" || kind === "limited",
      waitMs: response.waitMs,
    },
  );
}

/** The status that the response has in effect: a missing app is 404, and the page of another server is no API's response. */
function effectiveStatus({ path }: Endpoint, status: number, text: string): number {
  const ofOne = path.includes("{id}");
  if (ofOne && saysNotFound(status, errorText(text))) return 404;
  return status === 404 && (isPage(text) || !ofOne) ? 200 : status;
}

/** A 2xx response whose body contains an error. */
export function refusalError(
  endpoint: Endpoint,
  path: string,
  response: { status: number; text: string },
): ApiError {
  const message = successText(response.text);
  const { kind, advice } = kindOfStatus(
    effectiveStatus(endpoint, response.status, response.text) === 404 ? 404 : 400,
  );
  return new ApiError(
    `Could not ${endpoint.action} (${endpoint.method} ${path}): the API answered ${response.status} with the error "${message}". ${advice}`,
    {
      kind,
      method: endpoint.method,
      path,
      status: response.status,
      maybeApplied: false,
      transient: false,
    },
  );
}

/** A 2xx response without the expected content. */
export function protocolError(endpoint: Endpoint, path: string, what: string): ApiError {
  const { advice } = kindOfStatus(200);
  return new ApiError(`Could not ${endpoint.action} (${endpoint.method} ${path}): ${what}. ${advice}`, {
    kind: "protocol",
    method: endpoint.method,
    path,
    maybeApplied: true,
    transient: true,
  });
}

// An HTML page with status 404 comes from another server at a wrong address. Apps must not be dropped from the state for it.
function isPage(text: string): boolean {
  return /^\s*</.test(text);
}

const missingApp =
  /^(error: )?not found\b|\b(app|application|aplica(ç|c)(ã|a)o)\b.*(\bnot found\b|n(ã|a)o encontrad)/i;
const neverMissing = [401, 403, 404, 429];

// Existing programs have seen a missing app reported with other statuses, in English and in Portuguese.
// "User not found" with 401 does not count: a wrong key would drop apps from the state.
function saysNotFound(status: number, message: string): boolean {
  return status < 500 && !neverMissing.includes(status) && missingApp.test(message);
}

const maxTextLength = 300;
/** Removing tags takes time that grows with the square of the length if none of them is closed. */
const maxPageLength = 10_000;

/** The error text: `error`, `message`, or plain text; of HTML, only the text. */
export function errorText(text: string): string {
  return clean(jsonText(text) ?? withoutTags(text.slice(0, maxPageLength)));
}

function withoutTags(page: string): string {
  return page.replace(/<(style|script)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
}

/**
 * The same for a 2xx response. Of JSON without an error, only the plain values of the first level: the lists in an app's response
 * may hold variables that no program set, and in JSON that was cut off, half a secret would not be masked.
 */
export function successText(text: string): string {
  if (!/^[\s\uFEFF]*[[{]/.test(text)) return errorText(text);
  return clean(jsonText(text) ?? plainValues(text) ?? "");
}

function plainValues(text: string): string | undefined {
  const body = parsed(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  const plain = Object.entries(body).filter(([, value]) => typeof value !== "object");
  return plain.length === 0 ? undefined : JSON.stringify(Object.fromEntries(plain));
}

function jsonText(text: string): string | undefined {
  const body = parsed(text);
  if (typeof body === "string") return body;
  if (typeof body !== "object" || body === null) return undefined;
  const { error, message } = body as { error?: unknown; message?: unknown };
  const words = [...new Set([wordsOf(error), wordsOf(message)])].filter((each) => each !== undefined);
  return words.length === 0 ? undefined : words.join(": ");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Some servers send a list of messages, or an object with a code and a message.
function wordsOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const { message } = value as { message?: unknown };
  return typeof message === "string" ? message : JSON.stringify(value);
}

function clean(text: string): string {
  // Control characters in a response could manipulate the terminal.
  const flat = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return flat.length > maxTextLength ? `${flat.slice(0, maxTextLength)}…` : flat;
}
