/** Owns listing, reading, updating and deleting apps. */
import type { WireApp, WirePagination } from "../../../provider/api/wire";
import type { AppRecord, AppSettings } from "../../apps/record";
import { badRequest } from "../../errors";
import { readJson } from "../body";
import { type Emulation, findApp, type Handler, viewSource } from "../context";
import { redactJson } from "../request-log";
import { checkUpdate } from "../validate";
import { appView, type View } from "../views";

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 100;

/** One app as the given endpoint shows it. */
export function show(emulation: Emulation, view: View, app: AppRecord): WireApp {
  return appView(view, viewSource(emulation, app), emulation.settings);
}

export const listApps: Handler = (emulation, { query }) => {
  const limit = Math.min(LARGEST_PAGE, positive("limit", query["limit"], DEFAULT_PAGE));
  const page = positive("page", query["page"], 1);
  const matching = emulation.store.list().filter((app) => app.teamId === (query["team"] || null));
  const shown = matching.slice((page - 1) * limit, page * limit).map((app) => show(emulation, "list", app));
  const totals = { totalUsedRAM: usedMemory(matching), pagination: pagination(matching.length, page, limit) };
  return { status: 200, json: envelope(emulation, shown, totals) };
};

type Totals = { totalUsedRAM: number; pagination: WirePagination };

function envelope({ settings }: Emulation, applications: WireApp[], totals: Totals): unknown {
  const { list } = settings.variants;
  if (list === "bare") return applications;
  if (list === "totals-in-items") return { applications: applications.map((app) => ({ ...app, ...totals })) };
  return { applications, ...totals };
}

function usedMemory(apps: AppRecord[]): number {
  return apps.reduce((sum, app) => sum + app.memoryMB, 0);
}

function pagination(totalItems: number, currentPage: number, itemsPerPage: number): WirePagination {
  const totalPages = Math.ceil(totalItems / itemsPerPage);
  const hasNextPage = currentPage < totalPages;
  return { totalItems, totalPages, currentPage, itemsPerPage, hasNextPage, hasPrevPage: currentPage > 1 };
}

function positive(name: string, text: string | undefined, standard: number): number {
  if (text === undefined || text === "") return standard;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw badRequest(`${name} must be a whole number, 1 or more.`);
}

export const getApp: Handler = (emulation, { id }) => ({
  status: 200,
  json: show(emulation, "get", findApp(emulation, id)),
});

export const updateApp: Handler = async (emulation, { id, incoming, describe }) => {
  findApp(emulation, id);
  const body = await readJson(incoming);
  describe({ json: redactJson(body) });
  const app = findApp(emulation, id);
  const settings = checkUpdate(body, app, emulation.settings.variants);
  const restartRequired = app.restartRequired || needsRestart(app, settings);
  const changed = emulation.store.change(id, { ...settings, restartRequired });
  return { status: 200, json: show(emulation, "update", changed ?? app) };
};

/** The name and the restart policy hold at once; a process keeps everything else it was started with. */
function needsRestart(app: AppRecord, settings: AppSettings): boolean {
  const started = ({ memoryMB, runtime, exposedViaWeb, customCommand, variables }: AppSettings) =>
    JSON.stringify([
      memoryMB,
      runtime,
      exposedViaWeb,
      customCommand,
      variables.map(({ key, value }) => [key, value]),
    ]);
  return started(app) !== started(settings);
}

export const deleteApp: Handler = async (emulation, { id }) =>
  emulation.fleet.exclusive(id, async () => {
    findApp(emulation, id);
    await emulation.fleet.remove(id);
    return { status: 200, json: { message: "Application deleted successfully." } };
  });
