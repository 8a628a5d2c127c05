/** Owns the JSON endpoints under `/-/` of the dashboard. All require the API key; none counts towards the rate limits. */
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { isToken } from "../api/access";
import { readJson } from "../api/body";
import { type EmulatorContext, findApp, type Handler } from "../api/context";
import type { FaultRule } from "../api/faults";
import { deleteApp } from "../api/handlers/apps";
import { restartApp, startApp, stopApp } from "../api/handlers/power";
import { apiPath, listFiles, webStream, zipOf } from "../apps/files";
import { type AppRecord, startupCommand } from "../apps/record";
import { badRequest, errorBody, Refusal, unauthorized } from "../errors";

type DashboardContext = Context<{ Bindings: HttpBindings }>;

const SHOWN_REQUESTS = 100;
const SHOWN_CONTENT = 64 * 1024;
const ACTIONS = new Map<string, Handler>([
  ["start", startApp],
  ["stop", stopApp],
  ["restart", restartApp],
]);

export function dashboardFor(emulator: EmulatorContext): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (context, next) => {
    context.header("cache-control", "no-store");
    if (!isToken(context.req.header("authorization"), emulator.settings.token)) throw unauthorized();
    await next();
  });
  app.onError((error, context) => {
    const refusal =
      error instanceof Refusal ? error : new Refusal(500, "Internal server error", error.message);
    context.env.incoming.resume();
    return Response.json(errorBody(refusal, "both"), { status: refusal.status });
  });
  app.get("/state", (context) => context.json(state(emulator)));
  app.get("/apps/:id", (context) => context.json(details(emulator, context)));
  app.get("/apps/:id/files", async (context) => context.json(await files(emulator, context)));
  app.get("/apps/:id/files.zip", (context) => download(emulator, context));
  app.post("/apps/:id/:action", (context) =>
    act(emulator, context, ACTIONS.get(context.req.param("action"))),
  );
  app.delete("/apps/:id", (context) => act(emulator, context, deleteApp));
  app.put("/fault", async (context) => context.json(await switchFault(emulator, context)));
  return app;
}

function state(emulator: EmulatorContext) {
  const { store, requests, faults, settings } = emulator;
  return {
    run: settings.run,
    apps: store.list().map((app) => brief(emulator, app)),
    requests: requests.last(SHOWN_REQUESTS).map(({ body: _body, ...shown }) => shown),
    faults: faults.list().map(({ path, ...rule }) => ({ ...rule, path: path && String(path) })),
  };
}

function brief({ manager }: EmulatorContext, app: AppRecord) {
  const supervisor = manager.supervisor(app.id);
  return {
    id: app.id,
    name: app.name,
    state: supervisor.state,
    active: supervisor.active,
    lastEnd: supervisor.lastEnd,
    subdomain: app.exposedViaWeb ? app.subdomain : null,
    restartRequired: app.restartRequired,
    metrics: supervisor.metrics(),
  };
}

/** Everything about an app except the values of its variables; the part of its log that the page does not have yet. */
function details(emulator: EmulatorContext, context: DashboardContext) {
  const app = findApp(emulator, context.req.param("id") ?? "");
  const { manager } = emulator;
  return {
    ...brief(emulator, app),
    runtime: app.runtime,
    command: startupCommand(app),
    mainFile: app.mainFile,
    memoryMB: app.memoryMB,
    port: app.port,
    autoRestart: app.autoRestart,
    teamId: app.teamId,
    variables: app.variables.map(({ key }) => key),
    createdAt: app.createdAt,
    updatedAt: app.updatedAt,
    history: manager.supervisor(app.id).meter.history(),
    log: manager.log(app.id).read(Number(context.req.query("from") ?? 0) || 0),
  };
}

async function files(emulator: EmulatorContext, context: DashboardContext) {
  const app = findApp(emulator, context.req.param("id") ?? "");
  const list = await listFiles(emulator.store.paths(app.id).files, apiPath(context.req.query("path")));
  return { ...list, content: list.content?.slice(0, SHOWN_CONTENT) ?? null };
}

async function download(emulator: EmulatorContext, context: DashboardContext) {
  const app = findApp(emulator, context.req.param("id") ?? "");
  const zip = await zipOf(emulator.store.paths(app.id).files);
  return new Response(webStream(zip), { headers: { "content-type": "application/zip" } });
}

async function act(emulator: EmulatorContext, context: DashboardContext, handler: Handler | undefined) {
  if (!handler) throw badRequest("There is no such action.");
  const { incoming } = context.env;
  const answer = await handler(emulator, {
    id: context.req.param("id") ?? "",
    query: {},
    incoming,
    describe: () => {},
  });
  return Response.json(answer.json, { status: answer.status });
}

const SWITCHES = new Map<unknown, FaultRule>([
  ["slow", { delayMs: 3000 }],
  ["500", { status: 500 }],
  ["429", { status: 429 }],
  ["refuse", { status: 200, body: { error: "Not enough disk space" } }],
  ["reset", { reset: true }],
]);

/** Enables one fault until it is disabled; `kind` none removes all. */
async function switchFault({ faults }: EmulatorContext, context: DashboardContext) {
  const { kind, path, when } = await readJson(context.env.incoming);
  const rule = SWITCHES.get(kind);
  if (!rule && kind !== "none")
    throw badRequest(`kind must be none or one of ${[...SWITCHES.keys()].join(", ")}.`);
  faults.clear();
  if (rule) {
    const target = typeof path === "string" && path !== "" ? { path } : {};
    faults.add({
      ...rule,
      ...target,
      when: when === "after" ? "after" : "before",
      times: Number.POSITIVE_INFINITY,
    });
  }
  return { kind };
}
