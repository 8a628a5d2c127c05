/** Many creations of one run in virtual time, as the engine starts them, behind the real limits: what they ask of the API, and when. */
import type { App } from "../../../../provider/api/app";
import { type EndpointName, endpoints } from "../../../../provider/api/endpoints";
import { Limiter } from "../../../../provider/api/limiter";
import { create } from "../../../../provider/lifecycle/create";
import type { Api } from "../../../../provider/lifecycle/deps";
import { OwnershipRegistry } from "../../../../provider/lifecycle/ownership-registry";
import { AppPoller } from "../../../../provider/lifecycle/readiness/app-poller";
import type { CheckedInputs } from "../../../../provider/lifecycle/state";
import { inputsOf, ScriptedAccount } from "./scripted-account";

export interface RunOptions {
  apps: number;
  /** Operations that the engine has under way at once. */
  parallel: number;
  inputs?: Partial<CheckedInputs>;
  /** Milliseconds from the creation until the app is online. */
  bootMs?: number;
  /** What listings tell of an app, where it is less than the app by itself does. */
  listed?: (app: App) => App;
  /** Apps that the account has already, made long ago. */
  others?: number;
}

export interface Request {
  name: keyof Api;
  /** Milliseconds after the beginning. */
  at: number;
}

const latencyMs = 150;
const pageSize = 100;
const longAgoMs = 365 * 24 * 60 * 60 * 1000;

/** The requests of an `up` that makes so many apps, and how long it takes. */
export async function requestsOf(options: RunOptions): Promise<{ requests: Request[]; ms: number }> {
  const account = new ScriptedAccount();
  const { clock } = account;
  const requests: Request[] = [];
  for (let at = 0; at < (options.others ?? 0); at++)
    account.add({ id: `other${at}`, name: `other-${at}`, createdAt: new Date(0).toISOString() });
  await clock.advance(longAgoMs);
  const start = clock.now();
  const poller = new AppPoller();
  const registry = new OwnershipRegistry();
  const limiter = new Limiter({ clock, writeIntervalMs: 3000, random: () => 0.5 });
  const api = limited(account, options, async (name, call) => {
    const permit = await limiter.acquire({ lane: laneOf(name), signal: new AbortController().signal });
    requests.push({ name, at: clock.now() - start });
    await clock.sleep(latencyMs);
    try {
      return await call();
    } finally {
      permit.end({ status: 200 });
    }
  });
  const createOne = async (number: number) => {
    const inputs = inputsOf({ ...options.inputs, appName: `app-${number}`, urnHash: `urn-${number}` });
    const given = account.options(inputs, { registry });
    const leave = poller.enter();
    await create({ ...given, poller, deps: { ...given.deps, api, graceApi: () => api } });
    leave();
  };
  let next = 0;
  const lane = async () => {
    while (next < options.apps) await createOne(next++);
  };
  let ms = 0;
  const all = Promise.all(Array.from({ length: options.parallel }, lane)).then(() => {
    ms = clock.now() - start;
  });
  await account.run(all);
  return { requests, ms };
}

function laneOf(name: keyof Api) {
  return endpoints[name === "fileText" ? "listFiles" : (name satisfies EndpointName)].lane;
}

/** Each call in its turn; an app is online from some time after its creation. */
function limited(
  account: ScriptedAccount,
  { bootMs = 1500, listed = (app) => app }: RunOptions,
  send: (name: keyof Api, call: () => Promise<unknown>) => Promise<unknown>,
): Api {
  const seen = (app: App): App => {
    const since = Date.parse(app.createdAt ?? "") + bootMs;
    const ranMs = account.clock.now() - since;
    const timestamp = new Date(account.clock.now()).toISOString();
    const startedAt = new Date(since).toISOString();
    const online = { online: true, uptime: Math.floor(ranMs / 1000), startedAt, timestamp };
    return { ...app, currentResourceMetrics: ranMs < 0 ? { online: false, timestamp } : online };
  };
  const { api } = account;
  const started = (app: App): App => ({ ...seen(app), assignedSubdomain: `sub-${app.id}` });
  const changed: Partial<Api> = {
    getApp: async (id) => seen(await api.getApp(id)),
    startApp: async (id) => started(await api.startApp(id)),
    listApps: async (query) => {
      const { apps } = await api.listApps(query);
      const end = (query?.page ?? 1) * pageSize;
      const page = apps.slice(end - pageSize, end);
      return { apps: page.map((app) => listed(seen(app))), hasNextPage: apps.length > end };
    },
  };
  const all = { ...api, ...changed };
  const names = Object.keys(all) as (keyof Api)[];
  const calls = names.map((name) => {
    const call = all[name] as (...args: unknown[]) => Promise<unknown>;
    return [name, (...args: unknown[]) => send(name, () => call(...args))] as const;
  });
  return Object.fromEntries(calls) as unknown as Api;
}
