/** An account in memory behind the calls of the lifecycle: each call is recorded, and can fail or be the last of a killed process. */

import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { App } from "../../../../provider/api/app";
import { ApiError, type ApiErrorKind } from "../../../../provider/api/errors";
import type { CreateOptions } from "../../../../provider/lifecycle/create";
import type { Api, Deps } from "../../../../provider/lifecycle/deps";
import { markerFile } from "../../../../provider/lifecycle/marker";
import { OwnershipRegistry } from "../../../../provider/lifecycle/ownership-registry";
import { AppPoller } from "../../../../provider/lifecycle/readiness/app-poller";
import type { CheckedInputs } from "../../../../provider/lifecycle/state";
import type { Archive } from "../../../../provider/packaging/files/types";
import { VirtualClock } from "../../../support/virtual-clock";

export const marker = ".pulumi-camposcloud";

export interface RemoteApp extends App {
  files: Record<string, string>;
  mainFile: string;
}

/** The fate of a call: none, a failure before or after its effect, or a kill of the process. */
export type Fate =
  | undefined
  | { fails: "before" | "after"; kind: ApiErrorKind }
  | "killed before"
  | "killed after";

export class KilledError extends Error {}

export function apiError(kind: ApiErrorKind, maybeApplied = true): ApiError {
  const status = kind === "server" ? 500 : undefined;
  return new ApiError(`scripted: ${kind}`, {
    kind,
    status,
    method: "POST",
    path: "/",
    maybeApplied,
    transient: true,
  });
}

export class ScriptedAccount {
  readonly clock = new VirtualClock();
  readonly apps = new Map<string, RemoteApp>();
  readonly teams: string[] = [];
  calls: string[] = [];
  warnings: string[] = [];
  /** Called before each call, which is already in `calls`. */
  fate: (call: string) => Fate = () => undefined;
  engineGone: () => boolean = () => false;
  /** Whether apps are online. */
  online = true;
  private made = 0;

  add(app: Partial<RemoteApp> & { id: string }): RemoteApp {
    const createdAt = new Date(this.clock.now()).toISOString();
    const usual = { name: "web", allocatedMemoryMB: 256, runtimeEnvironment: "nodejs", status: "active" };
    const rest = {
      exposedViaWeb: false,
      autoRestartEnabled: false,
      startupCommand: "node index.js",
      createdAt,
    };
    const remote = { ...usual, ...rest, files: {}, mainFile: "index.js", ...app };
    this.apps.set(remote.id, remote);
    return remote;
  }

  /** Adds the app of an interrupted create with these inputs. */
  interrupted(inputs: CheckedInputs, more: Partial<RemoteApp> & { replacement?: boolean } = {}): RemoteApp {
    const { replacement = false, ...fields } = more;
    const files = { "index.js": inputs.sourceHash, ...markerFile(inputs, replacement) };
    const { appName: name, mainFile, teamId } = inputs;
    return this.add({ id: `left${this.apps.size}`, name, mainFile, teamId, files, ...fields });
  }

  get api(): Api {
    const call = <T>(name: string, effect: () => T) => this.call(name, effect);
    const existing = (id: string) => {
      const app = this.apps.get(id);
      if (!app) throw apiError("notFound", false);
      return app;
    };
    return {
      listApps: ({ teamId }: { teamId?: string } = {}) =>
        call(`list ${teamId ?? ""}`.trim(), () => {
          const all = [...this.apps.values()].filter((app) => app.teamId === teamId);
          return { apps: all.map((app) => this.answer(app)), hasNextPage: false };
        }),
      listTeams: () => call("teams", () => this.teams.map((id) => ({ id }) as never)),
      getApp: (id: string) => call(`get ${id}`, () => this.answer(existing(id))),
      createApp: async (fields: CheckedInputs, file: Archive) => {
        const files = await filesOf(file);
        return call("create", () => {
          const { appName: name, mainFile, teamId, memoryMB: allocatedMemoryMB } = fields;
          return this.answer(
            this.add({ id: `app${++this.made}`, name, mainFile, teamId, allocatedMemoryMB, files }),
          );
        });
      },
      updateApp: (id: string, fields: { appName: string; memoryMB: number }) =>
        call(`update ${id}`, () => {
          const app = existing(id);
          app.name = fields.appName;
          app.allocatedMemoryMB = fields.memoryMB;
          return this.answer(app);
        }),
      startApp: (id: string) => call(`start ${id}`, () => this.answer(existing(id))),
      stopApp: (id: string) => call(`stop ${id}`, () => this.answer(existing(id))),
      restartApp: (id: string) => call(`restart ${id}`, () => this.answer(existing(id))),
      deleteApp: (id: string) =>
        call(`delete ${id}`, () => {
          existing(id);
          this.apps.delete(id);
        }),
      uploadFiles: async (id: string, file: Archive) => {
        const files = await filesOf(file);
        return call(`upload ${id}`, () => void Object.assign(existing(id).files, files));
      },
      deleteFiles: (id: string, paths: readonly string[]) =>
        call(`files- ${id} ${paths.join(" ")}`, () => {
          const { files } = existing(id);
          for (const path of paths) delete files[path.slice(1)];
          return [];
        }),
      fileText: (id: string, path: string) => call(`look ${id}`, () => existing(id).files[path.slice(1)]),
    } as unknown as Api;
  }

  deps(signal: AbortSignal = new AbortController().signal): Deps {
    return {
      api: this.api,
      clock: this.clock,
      signal,
      progress: () => undefined,
      warn: (text: string) => this.warnings.push(text),
      probe: async () => ({ status: 200 }),
      engineGone: async () => this.engineGone(),
      graceApi: () => this.api,
      pack: async (inputs: CheckedInputs, extra: Record<string, string>) =>
        archiveOf(inputs.sourceHash, { [inputs.mainFile]: inputs.sourceHash, ...extra }),
      packTexts: async (files: Record<string, string>) => archiveOf("", files),
      listSource: async (inputs: CheckedInputs) => [inputs.mainFile],
      appUrl: "https://{subdomain}.test",
    } as unknown as Deps;
  }

  /** The options of a create in a separate process, unless a registry is given. */
  options(
    inputs: CheckedInputs,
    { replacement = false, registry = new OwnershipRegistry(), signal }: ProcessOptions = {},
  ): CreateOptions {
    const paths = {
      pack: (list: readonly string[]) => list.join(),
      unpack: (text: string) => text.split(","),
    };
    return { deps: this.deps(signal), poller: new AppPoller(), paths, inputs, registry, replacement };
  }

  /** Advances the clock until the work is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = () => {
      done = true;
    };
    work.then(end, end);
    for (let minutes = 0; !done && minutes < 30; minutes++) await this.clock.advance(60_000);
    return work;
  }

  marked(): string[] {
    return [...this.apps.values()].filter((app) => marker in app.files).map((app) => app.id);
  }

  private answer({ files: _files, mainFile: _main, ...app }: RemoteApp): App {
    return { ...app, currentResourceMetrics: { online: this.online, uptime: 3600 } };
  }

  private async call<T>(name: string, effect: () => T): Promise<T> {
    this.calls.push(name);
    const fate = this.fate(name);
    if (fate === "killed before") return new Promise(() => undefined);
    if (typeof fate === "object" && fate.fails === "before") throw apiError(fate.kind);
    const result = effect();
    if (fate === "killed after") return new Promise(() => undefined);
    if (fate) throw apiError(fate.kind);
    return result;
  }
}

export interface ProcessOptions {
  replacement?: boolean;
  registry?: OwnershipRegistry;
  signal?: AbortSignal;
}

/** Checked inputs of the app `web`. */
export function inputsOf(more: Partial<CheckedInputs> = {}): CheckedInputs {
  const appName = more.appName ?? "web";
  const mainFile = more.mainFile ?? "index.js";
  const sourceHash = more.sourceHash ?? "h1";
  return {
    source: "./app",
    sourceHash,
    sourceFiles: { [mainFile]: sourceHash },
    appName,
    name: appName,
    mainFile,
    memoryMB: 256,
    allocatedMemoryMB: 256,
    runtimeEnvironment: "nodejs",
    exposedViaWeb: false,
    autoRestartEnabled: false,
    waitForOnline: true,
    urnHash: "urn-of-web",
    ...more,
  } as CheckedInputs;
}

function archiveOf(hash: string, files: Record<string, string>): Archive {
  const text = JSON.stringify(files);
  return {
    hash,
    size: text.length,
    files: Object.keys(files)
      .filter((path) => path !== marker)
      .map((path) => ({ path, executable: false, size: 1, digest: hash })),
    open: () => Readable.from([Buffer.from(text)]),
    dispose: async () => undefined,
  } as Archive;
}

async function filesOf(archive: Archive): Promise<Record<string, string>> {
  return JSON.parse((await buffer(archive.open())).toString()) as Record<string, string>;
}
