/** Owns the parts of one emulator that its handlers share, and the forms of a request and an answer. */
import type { IncomingMessage } from "node:http";
import type { WireAppTeam } from "../../provider/api/wire";
import type { AppRecord } from "../apps/record";
import type { Store } from "../apps/store";
import { notFound } from "../errors";
import type { Settings } from "../options";
import type { Fleet } from "../processes/app-manager";
import type { Faults } from "./faults";
import type { Limits } from "./limits";
import type { BodySummary, Requests } from "./request-log";
import type { ViewSource } from "./views";

export interface Emulation {
  settings: Settings;
  store: Store;
  fleet: Fleet;
  limits: Limits;
  faults: Faults;
  requests: Requests;
  teams: WireAppTeam[];
  /** Requests under way; the end of the emulator waits for them, since they write into its folder. */
  underWay: Set<Promise<unknown>>;
  /** Cuts their waiting short at the end. */
  closing: AbortController;
}

export interface ApiRequest {
  /** The id in the path, empty where there is none. */
  id: string;
  query: Record<string, string>;
  incoming: IncomingMessage;
  /** Tells the request log what the body held. */
  describe: (body: BodySummary) => void;
}

export interface Answer {
  status: number;
  json?: unknown;
  /** A file to send instead of JSON. */
  file?: { path: string; size: number };
}

export type Handler = (emulation: Emulation, request: ApiRequest) => Answer | Promise<Answer>;

export function findApp({ store }: Emulation, id: string): AppRecord {
  const app = store.get(id);
  if (!app) throw notFound(`There is no application ${JSON.stringify(id)}.`);
  return app;
}

export function viewSource({ fleet, teams }: Emulation, app: AppRecord): ViewSource {
  const team = teams.find(({ _id }) => _id === app.teamId);
  return { app, metrics: fleet.supervisor(app.id).metrics(), team };
}
