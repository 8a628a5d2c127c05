/** Owns the processing of each API request: key, limits, faults, handler, response, log. */
import { createReadStream } from "node:fs";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { webStream } from "../apps/files";
import { dashboardFor } from "../dashboard/endpoints";
import { APP_PAGES, addPage } from "../dashboard/page";
import {
  errorBody,
  methodNotAllowed,
  notFound,
  outOfSpace,
  Refusal,
  serverError,
  unauthorized,
} from "../errors";
import { pause } from "../pause";
import { isToken } from "./access";
import type { Answer, EmulatorContext, Handler } from "./context";
import type { FaultRule } from "./faults";
import { type RequestRecord, shorten } from "./request-log";
import { ROUTES, type Route } from "./routes";

type ApiContext = Context<{ Bindings: HttpBindings }>;

export function apiFor(emulator: EmulatorContext): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (context, next) => {
    await next();
    // The response to HEAD has the headers of GET; its body is dropped unread, which would leave the file open.
    if (context.req.method === "HEAD") await context.res.body?.cancel();
  });
  for (const route of ROUTES) app.on(route.verb, route.path, (context) => serve(emulator, context, route));
  app.notFound(({ req }) =>
    Response.json(errorBody(notFound(`There is no ${req.path}.`), "both"), { status: 404 }),
  );
  app.route("/-", dashboardFor(emulator));
  addPage(app);
  app.all("/v1/*", (context) => serve(emulator, context, { handler: nowhere }));
  return app;
}

/** For an unmatched request, checks whether another method would match. */
const nowhere: Handler = (_emulator, { incoming }) => {
  const path = (incoming.url ?? "").split("?")[0] ?? "";
  const verbs = ROUTES.filter((route) => matches(route.path, path)).map(({ verb }) => verb);
  if (verbs.length > 0) throw methodNotAllowed(incoming.method ?? "", verbs.join(" or "));
  throw notFound(`There is no ${path}.`);
};

function matches(pattern: string, path: string): boolean {
  return new RegExp(`^${pattern.replace(":id", "[^/]+")}$`).test(path);
}

/** What is known about a request in progress. */
interface RequestContext {
  record: RequestRecord;
  headers: Record<string, string>;
}

async function serve(
  emulator: EmulatorContext,
  context: ApiContext,
  route: Pick<Route, "limit" | "handler">,
) {
  const request: RequestContext = { record: begin(context), headers: dashboardHeader(context) };
  emulator.requests.add(request.record);
  const answer = await tracked(emulator, outcome(emulator, context, { route, request }));
  request.record.ms = performance.timeOrigin + performance.now() - request.record.receivedAt;
  shorten(request.record);
  // The response may be sent before the body was read; reading it avoids a broken pipe for the client.
  context.env.incoming.resume();
  if (answer === "reset") {
    context.env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  request.record.status = answer.status;
  return respond(answer, request.headers);
}

/** The URL of the apps' pages, for clients that only know the URL of the API. */
function dashboardHeader(context: ApiContext): Record<string, string> {
  return { "X-CamposCloud-Dashboard": `http://${context.req.header("host")}${APP_PAGES}` };
}

async function tracked<T>({ underWay }: EmulatorContext, work: Promise<T>): Promise<T> {
  underWay.add(work);
  try {
    return await work;
  } finally {
    underWay.delete(work);
  }
}

function begin(context: ApiContext): RequestRecord {
  const { method, path } = context.req;
  const receivedAt = performance.timeOrigin + performance.now();
  return {
    method,
    path,
    query: { ...context.req.query() },
    status: 0,
    ms: 0,
    receivedAt,
    limited: false,
    faulted: false,
  };
}

interface Step {
  route: Pick<Route, "limit" | "handler">;
  request: RequestContext;
}

async function outcome(
  emulator: EmulatorContext,
  context: ApiContext,
  step: Step,
): Promise<Answer | "reset"> {
  try {
    authorise(emulator, context);
    return await faulty(emulator, step, () => answer(emulator, context, step));
  } catch (error) {
    const refusal = error instanceof Refusal ? error : (outOfSpace(error) ?? unexpected(emulator, error));
    return { status: refusal.status, json: errorBody(refusal, emulator.settings.variants.errorBody) };
  }
}

function unexpected({ settings }: EmulatorContext, error: unknown): Refusal {
  settings.log(`Unexpected: ${error instanceof Error ? error.stack : error}`);
  return serverError(`The emulator failed: ${error instanceof Error ? error.message : error}.`);
}

function authorise({ settings }: EmulatorContext, context: ApiContext): void {
  if (!isToken(context.req.header("authorization"), settings.token)) throw unauthorized();
}

async function faulty(
  emulator: EmulatorContext,
  { route, request }: Step,
  act: () => Promise<Answer>,
): Promise<Answer | "reset"> {
  const { record } = request;
  count(emulator, route, request);
  const rule = emulator.faults.match(record.method, record.path);
  const { signal } = emulator.closing;
  await pause(emulator.settings.latencyMs, signal);
  if (!rule) return act();
  record.faulted = true;
  const late = rule.when === "after";
  if (!late) await pause(rule.delayMs ?? 0, signal);
  const done = late || !spoils(rule) ? await act() : undefined;
  if (late) await pause(rule.delayMs ?? 0, signal);
  if (rule.reset) return "reset";
  Object.assign(request.headers, rule.headers);
  if (rule.status !== undefined || !done) return faultAnswer(emulator, rule);
  return rule.change ? { ...done, json: rule.change(structuredClone(done.json)) } : done;
}

const spoils = (rule: FaultRule) => rule.reset === true || rule.status !== undefined;

function faultAnswer({ settings }: EmulatorContext, { status = 500, body }: FaultRule): Answer {
  const refusal = new Refusal(
    status,
    `Scripted fault ${status}`,
    "This response was requested by a scripted fault.",
  );
  return { status, json: body ?? errorBody(refusal, settings.variants.errorBody) };
}

function count(
  { limits }: EmulatorContext,
  { limit }: Pick<Route, "limit">,
  { record, headers }: RequestContext,
): void {
  try {
    limits.take(limit, headers);
  } catch (error) {
    record.limited = true;
    throw error;
  }
}

async function answer(
  emulator: EmulatorContext,
  context: ApiContext,
  { route, request }: Step,
): Promise<Answer> {
  return route.handler(emulator, {
    id: context.req.param("id") ?? "",
    query: request.record.query,
    incoming: context.env.incoming,
    describe: (body) => emulator.requests.describe(request.record, body),
  });
}

/** Statuses of scripted faults for which HTTP allows no body. */
const WITHOUT_BODY = [204, 205, 304];

function respond({ status, json, file }: Answer, headers: Record<string, string>): Response {
  if (WITHOUT_BODY.includes(status)) return new Response(null, { status, headers });
  if (!file) return Response.json(json, { status, headers });
  const type = { "content-type": "application/octet-stream", "content-length": String(file.size) };
  const body = webStream(createReadStream(file.path, { end: Math.max(0, file.size - 1) }));
  return new Response(file.size === 0 ? null : body, {
    status,
    headers: { ...headers, ...type },
  });
}
