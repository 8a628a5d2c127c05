/** One short method per endpoint. Attempts pass retry, then limiter, then http; answers become `App` here. */
import type { Clock } from "../clock";
import { formatDuration } from "../clock";
import { type App, type AppPage, appOf, appPageOf, isJson } from "./app";
import { type CreateFields, createForm, type UpdateFields, updateJson } from "./bodies";
import { type Endpoint, type EndpointName, endpoints, pathOf } from "./endpoints";
import { ApiError, protocolError, statusError } from "./errors";
import { type Answer, type Form, type FormFile, NoAnswerError, send } from "./http";
import type { Limiter } from "./limiter";
import { type Account, accountOf, type Team, teamOf, teamsOf } from "./people";
import { type Outcome, withRetries } from "./retry";

/** What one account's requests need; made by `accounts.ts`. */
export interface ClientCore {
  baseUrl: string;
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
  /** One line on what is going on, for the resource's row. */
  progress(text: string): void;
}

export interface ListQuery {
  teamId?: string;
  page?: number;
}

interface CallOptions {
  id?: string;
  query?: Record<string, string>;
  json?: unknown;
  form?: Form;
}

export class Client {
  constructor(
    private readonly core: ClientCore,
    private readonly scope: ClientScope,
  ) {}

  async listApps(query: ListQuery = {}): Promise<AppPage> {
    return this.read("listApps", appPageOf, "no list of apps", {
      query: {
        page: String(query.page ?? 1),
        limit: "100",
        ...(query.teamId === undefined ? {} : { team: query.teamId }),
      },
    });
  }

  getUser(): Promise<Account> {
    return this.read("getUser", accountOf, "the answer has no `_id`", {});
  }

  listTeams(): Promise<Team[]> {
    return this.read("listTeams", teamsOf, "no list of teams", {});
  }

  getTeam(id: string): Promise<Team> {
    return this.read("getTeam", teamOf, "the answer has no `_id`", { id });
  }

  getApp(id: string): Promise<App> {
    return this.app("getApp", { id });
  }

  createApp(fields: CreateFields, file: FormFile): Promise<App> {
    return this.app("createApp", { form: { fields: createForm(fields), file } });
  }

  updateApp(id: string, fields: UpdateFields): Promise<App> {
    return this.app("updateApp", { id, json: updateJson(fields) });
  }

  startApp(id: string): Promise<App> {
    return this.app("startApp", { id });
  }

  stopApp(id: string): Promise<App> {
    return this.app("stopApp", { id });
  }

  restartApp(id: string): Promise<App> {
    return this.app("restartApp", { id });
  }

  async deleteApp(id: string): Promise<void> {
    await this.call("deleteApp", { id });
  }

  async uploadFiles(id: string, file: FormFile): Promise<void> {
    // Without a path the official client sends the text "undefined"; the root is what a deployment means.
    await this.call("uploadFiles", { id, query: { path: "/" }, form: { fields: {}, file } });
  }

  /** Answers the paths that could not be deleted. */
  async deleteFiles(id: string, files: readonly string[]): Promise<string[]> {
    const answer = await this.call("deleteFiles", { id, json: { files } });
    const body = parse(answer.text);
    const failed = isJson(body) ? body["failed"] : undefined;
    return Array.isArray(failed) ? failed.filter((path): path is string => typeof path === "string") : [];
  }

  /** The text of one file; undefined when there is no such file. */
  async fileText(id: string, path: string): Promise<string | undefined> {
    const listed = await this.unlessMissing("listFiles", { id, query: { path } });
    const body = listed === undefined ? undefined : parse(listed.text);
    const content = isJson(body) ? body["content"] : undefined;
    if (typeof content === "string") return content;
    return (await this.unlessMissing("download", { id, query: { path } }))?.text;
  }

  private async unlessMissing(name: EndpointName, options: CallOptions): Promise<Answer | undefined> {
    try {
      return await this.call(name, options);
    } catch (error) {
      if (error instanceof ApiError && error.kind === "notFound") return undefined;
      throw error;
    }
  }

  private app(name: EndpointName, options: CallOptions): Promise<App> {
    return this.read(name, appOf, "the answer has no `_id`", options);
  }

  private async read<T>(
    name: EndpointName,
    decode: (body: unknown) => T | undefined,
    missing: string,
    options: CallOptions,
  ): Promise<T> {
    const answer = await this.call(name, options);
    const result = decode(parse(answer.text));
    if (result === undefined)
      throw protocolError(endpoints[name], pathOf(endpoints[name], options.id), missing);
    return result;
  }

  private call(name: EndpointName, options: CallOptions): Promise<Answer> {
    const endpoint: Endpoint = endpoints[name];
    let outcome: Outcome | undefined;
    return withRetries(
      {
        endpoint,
        clock: this.core.clock,
        signal: this.scope.signal,
        onRetry: (waitMs, why) =>
          this.scope.progress(`${shortReason(why)}; trying again in ${formatDuration(waitMs)}`),
      },
      async () => {
        outcome = undefined;
        const answer = await this.attempt(endpoint, options).catch((error: unknown) => {
          if (!(error instanceof NoAnswerError)) throw error;
          outcome = error.hopeless ? undefined : { kind: error.neverSent ? "notSent" : "lost" };
          throw this.unanswered(endpoint, options, error);
        });
        if (answer.status >= 200 && answer.status < 300) return answer;
        outcome = outcomeOf(answer);
        throw statusError(endpoint, pathOf(endpoint, options.id), answer);
      },
      () => outcome,
    );
  }

  private async attempt(endpoint: Endpoint, options: CallOptions): Promise<Answer> {
    const { limiter, baseUrl, token, direct } = this.core;
    const { signal } = this.scope;
    await limiter.acquire({
      lane: endpoint.lane,
      signal,
      onWait: (ms) => {
        if (ms >= 1000) this.scope.progress(`waiting ${formatDuration(ms)} for the API's rate limit`);
      },
    });
    const answer = await send({
      method: endpoint.method,
      url: baseUrl + pathOf(endpoint, options.id),
      token,
      direct,
      query: options.query,
      json: options.json,
      form: options.form,
      timeoutMs: endpoint.timeoutMs,
      signal: endpoint.method === "GET" ? signal : (this.scope.writeSignal ?? signal),
    });
    limiter.report(endpoint.lane, answer);
    return answer;
  }

  private unanswered(endpoint: Endpoint, options: CallOptions, error: NoAnswerError): ApiError {
    const path = pathOf(endpoint, options.id);
    const address = new URL(this.core.baseUrl).origin;
    return new ApiError(
      `Could not ${endpoint.action} (${endpoint.method} ${path}): ${error.message} from ${address}. ` +
        "Check the network and camposcloud:baseUrl (or CAMPOSCLOUD_BASE_URL), then run again.",
      {
        kind: error.neverSent ? "unreachable" : "lost",
        method: endpoint.method,
        path,
        maybeApplied: !error.neverSent,
      },
    );
  }
}

function outcomeOf(answer: Answer): Outcome | undefined {
  if (answer.status === 429) {
    return { kind: "limited", retryAfterMs: answer.retryAfterMs, resetMs: answer.resetMs };
  }
  return answer.status >= 500 ? { kind: "server" } : undefined;
}

function shortReason(error: ApiError): string {
  if (error.kind === "limited") return "the API asks to slow down (429)";
  return error.status === undefined ? "no answer from the API" : `the API answered ${error.status}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
