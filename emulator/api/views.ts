/** Owns the representation of an app that each endpoint documents. */

import { type AppRecord, containerImage, installCommand, startupCommand } from "../apps/record";
import type { Settings } from "../options";
import type { WireApp, WireAppTeam, WireMetrics } from "../wire";

export type View = "create" | "list" | "get" | "update" | "status";

export interface ViewSource {
  app: AppRecord;
  metrics: WireMetrics;
  team: WireAppTeam | undefined;
}

/** Fields that differ between the endpoints, in addition to those that all five have. */
const DECLARED: Record<View, readonly (keyof WireApp)[]> = {
  create: ["environmentVariables", "externalPort", "assignedCustomDomain"],
  list: ["githubDeploys"],
  get: ["environmentVariables", "externalPort", "assignedCustomDomain", "githubDeploys", "repository"],
  update: ["environmentVariables", "externalPort", "assignedCustomDomain", "githubDeploys", "repository"],
  status: [
    "environmentVariables",
    "externalPort",
    "internalPort",
    "assignedSubdomain",
    "githubDeploys",
    "repository",
  ],
};

/** The specification has the whole team here, and its id elsewhere. */
const WITH_TEAM: readonly View[] = ["get", "status"];

export function appView(
  view: View,
  source: ViewSource,
  settings: Pick<Settings, "shape" | "variants">,
): WireApp {
  const special = specialFields(source.app);
  return {
    ...commonFields(source.app),
    teamId: settings.shape !== "seed" && WITH_TEAM.includes(view) ? (source.team ?? null) : source.app.teamId,
    ...metricsField(view, source.metrics, settings),
    ...Object.fromEntries(DECLARED[view].map((field) => [field, special[field]])),
  };
}

/** All fields, for the user of the emulator rather than for clients of the API. */
export function fullView({ app, metrics }: ViewSource): WireApp {
  return { ...commonFields(app), teamId: app.teamId, currentResourceMetrics: metrics, ...specialFields(app) };
}

function commonFields(app: AppRecord): WireApp {
  return {
    _id: app.id,
    containerId: app.containerId,
    restartRequired: app.restartRequired,
    name: app.name,
    userId: app.userId,
    allocatedMemoryMB: app.memoryMB,
    allocatedVCpu: 8,
    workerNodeId: { _id: "65a1f0c2d3e4b5a697887766", nodeName: "ODIN" },
    containerImage: containerImage(app.runtime),
    exposedViaWeb: app.exposedViaWeb,
    startupCommand: startupCommand(app),
    installDependenciesCmd: installCommand(app.runtime),
    runtimeEnvironment: app.runtime,
    autoRestartEnabled: app.autoRestart,
    status: "active",
    createdAt: app.createdAt,
    updatedAt: app.updatedAt,
  };
}

function specialFields(app: AppRecord): Partial<WireApp> {
  return {
    environmentVariables: app.variables,
    externalPort: app.exposedViaWeb ? app.port : null,
    internalPort: app.port,
    assignedSubdomain: app.exposedViaWeb ? app.subdomain : null,
    assignedCustomDomain: null,
    githubDeploys: [],
    repository: null,
  };
}

function metricsField(
  view: View,
  metrics: WireMetrics,
  { shape, variants }: Pick<Settings, "shape" | "variants">,
): Partial<WireApp> {
  if (shape === "no-metrics") return { currentResourceMetrics: null };
  const { startedAt, ...minimum } = metrics;
  if (view === "create") {
    if (variants.createMetrics === "absent") return {};
    return { currentResourceMetrics: variants.createMetrics === "null" ? null : minimum };
  }
  // The documented type for start, stop and restart is a date, never null.
  const bare = view === "status" && startedAt === null;
  return { currentResourceMetrics: bare ? minimum : metrics };
}
