/** One short method per endpoint. Attempts pass retry, then limiter, then http; answers become `App` here. */
import type { Clock } from "../clock";
import { formatDuration } from "../clock";
import { type Account, accountOf, type Team, teamOf, teamsOf } from "./account";
import { type App, type AppPage, appOf, appPageOf, isJson } from "./app";
import { anything, type Decoder, done, parse } from "./decoder";
import { type Endpoint, type EndpointName, endpoints, pathOf } from "./endpoints";
import { ApiError, protocolError, statusError } from "./errors";
import { type FolderEntry, folderOf } from "./folder";
import { type Answer, type Form, type FormFile, NoAnswerError, send } from "./http";
import type { Limiter } from "./limiter";
import { type CreateFields, createForm, type UpdateFields, updateJson } from "./request-bodies";
import { type Outcome, outcomeOf, shortReason, withRetries } from "./retry";

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
  /** When the operation's time is over, in milliseconds since the epoch. Default: no one attempt is cut short by it. */
  endsAt?: number;
  /** Masks secrets in the API's words, before they are cut to length. */
  mask?(text: string): string;
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

/** How much of the operation's time one attempt may take. */
const shareOfTime = 0.8;
/** Milliseconds; only for operations without a deadline. */
const longestSending = 3_600_000;

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
    await this.call("deleteApp", { id, decode: done });
  }

  async uploadFiles(id: string, file: FormFile): Promise<void> {
    // Without a path the official client sends the text "undefined"; the root is what a deployment means.
    await this.call("uploadFiles", { id, query: { path: "/" }, form: { fields: {}, file }, decode: done });
  }

  /** Answers the paths that could not be deleted. */
  async deleteFiles(id: string, files: readonly string[]): Promise<string[]> {
    const body = await this.call("deleteFiles", { id, json: { files }, decode: done });
    const failed = isJson(body) ? body["failed"] : undefined;
    return Array.isArray(failed) ? failed.filter((path): path is string => typeof path === "string") : [];
  }

  /** The text of one file; undefined when there is no such file. */
  async fileText(id: string, path: string): Promise<string | undefined> {
    const body = await this.unlessMissing("listFiles", { id, query: { path }, decode: done });
    const content = isJson(body) ? body["content"] : undefined;
    if (typeof content === "string") return content;
    return (await this.unlessMissing("download", { id, query: { path }, decode: anything }))?.text;
  }

  /** What a folder of the app holds; undefined when there is no such folder. */
  folder(id: string, path: string): Promise<FolderEntry[] | undefined> {
    const decode = { read: ({ text }: Answer) => folderOf(parse(text)), missing: "no list of files" };
    return this.unlessMissing("listFiles", { id, query: { path }, decode });
  }

  private async unlessMissing<T>(
    name: EndpointName,
    options: CallOptions & { decode: Decoder<T> },
  ): Promise<T | undefined> {
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

  private read<T>(
    name: EndpointName,
    decode: (body: unknown, dashboard: string | undefined) => T | undefined,
    missing: string,
    options: CallOptions,
  ): Promise<T> {
    const read = ({ text, dashboard }: Answer) => decode(parse(text), dashboard);
    return this.call(name, { ...options, decode: { read, missing } });
  }

  private call<T>(name: EndpointName, options: CallOptions & { decode: Decoder<T> }): Promise<T> {
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
        if (answer.status >= 200 && answer.status < 300) {
          const result = options.decode.read(answer);
          if (result !== undefined) return result;
          outcome = { kind: "garbled" };
          throw protocolError(endpoint, pathOf(endpoint, options.id), options.decode.missing);
        }
        outcome = outcomeOf(answer);
        const { mask = (text: string) => text } = this.scope;
        throw statusError(endpoint, pathOf(endpoint, options.id), {
          status: answer.status,
          text: mask(answer.text),
        });
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
      ...this.timesOf(endpoint, options),
      signal: endpoint.method === "GET" ? signal : (this.scope.writeSignal ?? signal),
    });
    limiter.report(endpoint.lane, answer);
    return answer;
  }

  // A change whose answer was lost is looked for, and that needs a part of the operation's time.
  private timesOf(endpoint: Endpoint, { form }: CallOptions): { answerMs: number; wholeMs: number } {
    const left = (this.scope.endsAt ?? Number.POSITIVE_INFINITY) - this.core.clock.now();
    const most = Math.max(1000, left * shareOfTime);
    const answerMs = Math.min(endpoint.timeoutMs, most);
    // How long a form takes to send depends on its size.
    return { answerMs, wholeMs: form ? Math.min(most, longestSending) : answerMs };
  }

  private unanswered(endpoint: Endpoint, options: CallOptions, error: NoAnswerError): ApiError {
    const path = pathOf(endpoint, options.id);
    const address = new URL(this.core.baseUrl).origin;
    return new ApiError(
      `Could not ${endpoint.action} (${endpoint.method} ${path}): ${error.message} from ${address}. ` +
        (error.advice ??
          "Check the network and camposcloud:baseUrl (or CAMPOSCLOUD_BASE_URL), then run again."),
      {
        kind: error.neverSent ? "unreachable" : "lost",
        method: endpoint.method,
        path,
        maybeApplied: !error.neverSent,
      },
    );
  }
}
