/** One method per endpoint; decodes responses to `App`, `Account` and `Team`. */
import { type Account, accountOf, type Team, teamOf, teamsOf } from "./account";
import { type App, type AppPage, appOf, appPageOf, isJson } from "./app";
import { anything, deletedFiles, done, type FolderEntry, folder, json, parse } from "./decoder";
import type { EndpointName } from "./endpoints";
import { ApiError } from "./errors";
import type { ApiResponse, FormFile } from "./http";
import type { RequestOptions, Send } from "./request";
import { type AppFields, createForm, updateJson } from "./request-bodies";

export interface ListQuery {
  teamId?: string;
  page?: number;
}

type Options = Omit<RequestOptions<unknown>, "decode">;

export class Client {
  /** `send` is replaced by a script in unit tests. */
  constructor(private readonly send: Send) {}

  async listApps(query: ListQuery = {}): Promise<AppPage> {
    return this.read("listApps", appPageOf, "the answer has no list of apps", {
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
    return this.read("listTeams", teamsOf, "the answer has no list of teams", {});
  }

  getTeam(id: string): Promise<Team> {
    return this.read("getTeam", teamOf, "the answer has no `_id`", { id });
  }

  getApp(id: string): Promise<App> {
    return this.app("getApp", { id });
  }

  createApp(fields: AppFields, file: FormFile): Promise<App> {
    return this.app("createApp", { form: { fields: createForm(fields), file } });
  }

  updateApp(id: string, fields: AppFields): Promise<App> {
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
    await this.send("deleteApp", { id, decode: done });
  }

  async uploadFiles(id: string, file: FormFile): Promise<void> {
    // Without a path the official client sends the text "undefined"; a deployment is always uploaded to the root.
    await this.send("uploadFiles", { id, query: { path: "/" }, form: { fields: {}, file }, decode: done });
  }

  /** Returns the paths that could not be deleted. */
  deleteFiles(id: string, files: readonly string[]): Promise<string[]> {
    return this.send("deleteFiles", { id, json: { files }, decode: deletedFiles });
  }

  /** The text of a file; undefined if it does not exist. */
  async fileText(id: string, path: string): Promise<string | undefined> {
    const body = await this.unlessMissing("listFiles", { id, query: { path }, decode: json });
    if (body === undefined) return undefined;
    const content = isJson(body) ? body["content"] : undefined;
    if (typeof content === "string") return content;
    return (await this.unlessMissing("download", { id, query: { path }, decode: anything }))?.text;
  }

  /** The entries of a folder; undefined if it does not exist. */
  folder(id: string, path: string): Promise<FolderEntry[] | undefined> {
    return this.unlessMissing("listFiles", { id, query: { path }, decode: folder });
  }

  private async unlessMissing<T>(name: EndpointName, options: RequestOptions<T>): Promise<T | undefined> {
    try {
      return await this.send(name, options);
    } catch (error) {
      if (error instanceof ApiError && error.kind === "notFound") return undefined;
      throw error;
    }
  }

  private app(name: EndpointName, options: Options): Promise<App> {
    return this.read(name, appOf, "the answer has no `_id`", options);
  }

  private read<T>(
    name: EndpointName,
    decode: (body: unknown, dashboard: string | undefined) => T | undefined,
    missing: string,
    options: Options,
  ): Promise<T> {
    const read = ({ text, dashboard }: ApiResponse) => decode(parse(text), dashboard);
    return this.send(name, { ...options, decode: { read, missing } });
  }
}
