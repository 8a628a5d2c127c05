/** Owns listing, reading, updating and deleting apps. */

import type { AppRecord, AppSettings } from "../../apps/record";
import { badRequest } from "../../errors";
import type { WireApp, WirePagination } from "../../wire";
import { readJson } from "../body";
import { type EmulatorContext, findApp, type Handler, viewSource } from "../context";
import { redactJson } from "../request-log";
import { checkUpdate } from "../validate";
import { appView, type View } from "../views";

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 100;

/** An app as represented by the given endpoint. */
export function show(emulator: EmulatorContext, view: View, app: AppRecord): WireApp {
  return appView(view, viewSource(emulator, app), emulator.settings);
}

export const listApps: Handler = (emulator, { query }) => {
  const limit = Math.min(LARGEST_PAGE, positive("limit", query["limit"], DEFAULT_PAGE));
  const page = positive("page", query["page"], 1);
  const matching = emulator.store.list().filter((app) => app.teamId === (query["team"] || null));
  const shown = matching.slice((page - 1) * limit, page * limit).map((app) => show(emulator, "list", app));
  const totals = { totalUsedRAM: usedMemory(matching), pagination: pagination(matching.length, page, limit) };
  return { status: 200, json: envelope(emulator, shown, totals) };
};

type Totals = { totalUsedRAM: number; pagination: WirePagination };

function envelope({ settings }: EmulatorContext, applications: WireApp[], totals: Totals): unknown {
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

export const getApp: Handler = (emulator, { id }) => ({
  status: 200,
  json: show(emulator, "get", findApp(emulator, id)),
});

export const updateApp: Handler = async (emulator, { id, incoming, describe }) => {
  findApp(emulator, id);
  const body = await readJson(incoming);
  describe({ json: redactJson(body) });
  const app = findApp(emulator, id);
  const settings = checkUpdate(body, app, emulator.settings.variants);
  const restartRequired = app.restartRequired || needsRestart(app, settings);
  const changed = emulator.store.change(id, { ...settings, restartRequired });
  return { status: 200, json: show(emulator, "update", changed ?? app) };
};

/** Name and restart policy apply immediately; a running process keeps all other settings until a restart. */
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

export const deleteApp: Handler = async (emulator, { id }) =>
  emulator.manager.exclusive(id, async () => {
    findApp(emulator, id);
    await emulator.manager.remove(id);
    return { status: 200, json: { message: "Application deleted successfully." } };
  });
