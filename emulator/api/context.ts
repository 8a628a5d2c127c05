/** Owns what the handlers of one emulator share, and the types of a request and a response. */
import type { IncomingMessage } from "node:http";
import type { AppRecord } from "../apps/record";
import type { Store } from "../apps/store";
import { notFound } from "../errors";
import type { Settings } from "../options";
import type { AppManager } from "../processes/app-manager";
import type { WireAppTeam } from "../wire";
import type { Faults } from "./faults";
import type { Limits } from "./limits";
import type { BodySummary, Requests } from "./request-log";
import type { ViewSource } from "./views";

export interface EmulatorContext {
  settings: Settings;
  store: Store;
  manager: AppManager;
  limits: Limits;
  faults: Faults;
  requests: Requests;
  teams: WireAppTeam[];
  /** Requests in progress; stopping the emulator waits for them, since they write to its folder. */
  underWay: Set<Promise<unknown>>;
  /** Aborts their waits when the emulator stops. */
  closing: AbortController;
}

export interface ApiRequest {
  /** The id in the path, or an empty string. */
  id: string;
  query: Record<string, string>;
  incoming: IncomingMessage;
  /** Records the body in the request log. */
  describe: (body: BodySummary) => void;
}

export interface Answer {
  status: number;
  json?: unknown;
  /** A file to send instead of JSON. */
  file?: { path: string; size: number };
}

export type Handler = (emulator: EmulatorContext, request: ApiRequest) => Answer | Promise<Answer>;

export function findApp({ store }: EmulatorContext, id: string): AppRecord {
  const app = store.get(id);
  if (!app) throw notFound(`There is no application ${JSON.stringify(id)}.`);
  return app;
}

export function viewSource({ manager, teams }: EmulatorContext, app: AppRecord): ViewSource {
  const team = teams.find(({ _id }) => _id === app.teamId);
  return { app, metrics: manager.supervisor(app.id).metrics(), team };
}
