/** Owns the way of each API request: key, limits, faults, handler, answer, log. */
import { createReadStream } from "node:fs";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { webStream } from "../apps/web-stream";
import { dashboardFor } from "../dashboard/endpoints";
import { addPage } from "../dashboard/page";
import { errorBody, methodNotAllowed, notFound, Refusal, serverError, unauthorized } from "../errors";
import { pause } from "../pause";
import type { Answer, Emulation, Handler } from "./context";
import type { FaultRule } from "./faults";
import type { RequestRecord } from "./request-log";
import { ROUTES, type Route } from "./routes";
import { isToken } from "./token";

type ApiContext = Context<{ Bindings: HttpBindings }>;

export function apiFor(emulation: Emulation): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  for (const route of ROUTES) app.on(route.verb, route.path, (context) => serve(emulation, context, route));
  app.notFound(({ req }) =>
    Response.json(errorBody(notFound(`There is no ${req.path}.`), "both"), { status: 404 }),
  );
  app.route("/-", dashboardFor(emulation));
  addPage(app);
  app.all("/v1/*", (context) => serve(emulation, context, { handler: nowhere }));
  return app;
}

/** Where no route fits, says whether another verb would. */
const nowhere: Handler = (_emulation, { incoming }) => {
  const path = (incoming.url ?? "").split("?")[0] ?? "";
  const verbs = ROUTES.filter((route) => matches(route.path, path)).map(({ verb }) => verb);
  if (verbs.length > 0) throw methodNotAllowed(incoming.method ?? "", verbs.join(" or "));
  throw notFound(`There is no ${path}.`);
};

function matches(pattern: string, path: string): boolean {
  return new RegExp(`^${pattern.replace(":id", "[^/]+")}$`).test(path);
}

/** What is known of a request while it is under way. */
interface Passage {
  record: RequestRecord;
  headers: Record<string, string>;
}

async function serve(emulation: Emulation, context: ApiContext, route: Pick<Route, "limit" | "handler">) {
  const passage: Passage = { record: begin(context), headers: {} };
  emulation.requests.add(passage.record);
  const answer = await tracked(emulation, outcome(emulation, context, { route, passage }));
  passage.record.ms = performance.timeOrigin + performance.now() - passage.record.receivedAt;
  // An answer may come before the body was read; reading on keeps the client from a broken pipe.
  context.env.incoming.resume();
  if (answer === "reset") {
    context.env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  passage.record.status = answer.status;
  return respond(answer, passage.headers);
}

async function tracked<T>({ underWay }: Emulation, work: Promise<T>): Promise<T> {
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
  passage: Passage;
}

async function outcome(emulation: Emulation, context: ApiContext, step: Step): Promise<Answer | "reset"> {
  try {
    authorise(emulation, context);
    return await faulty(emulation, step, () => answer(emulation, context, step));
  } catch (error) {
    const refusal = error instanceof Refusal ? error : unexpected(emulation, error);
    return { status: refusal.status, json: errorBody(refusal, emulation.settings.variants.errorBody) };
  }
}

function unexpected({ settings }: Emulation, error: unknown): Refusal {
  settings.log(`Unexpected: ${error instanceof Error ? error.stack : error}`);
  return serverError(`The emulator failed: ${error instanceof Error ? error.message : error}.`);
}

function authorise({ settings }: Emulation, context: ApiContext): void {
  if (!isToken(context.req.header("authorization"), settings.token)) throw unauthorized();
}

async function faulty(
  emulation: Emulation,
  { route, passage }: Step,
  act: () => Promise<Answer>,
): Promise<Answer | "reset"> {
  const { record } = passage;
  count(emulation, route, passage);
  const rule = emulation.faults.strike(record.method, record.path);
  const { signal } = emulation.closing;
  await pause(emulation.settings.latencyMs, signal);
  if (!rule) return act();
  record.faulted = true;
  const late = rule.when === "after";
  if (!late) await pause(rule.delayMs ?? 0, signal);
  const done = late || !spoils(rule) ? await act() : undefined;
  if (late) await pause(rule.delayMs ?? 0, signal);
  if (rule.reset) return "reset";
  Object.assign(passage.headers, rule.headers);
  return rule.status === undefined && done ? done : faultAnswer(emulation, rule);
}

const spoils = (rule: FaultRule) => rule.reset === true || rule.status !== undefined;

function faultAnswer({ settings }: Emulation, { status = 500, body }: FaultRule): Answer {
  const refusal = new Refusal(
    status,
    `Scripted fault ${status}`,
    "The emulator was told to answer this way.",
  );
  return { status, json: body ?? errorBody(refusal, settings.variants.errorBody) };
}

function count({ limits }: Emulation, { limit }: Pick<Route, "limit">, { record, headers }: Passage): void {
  try {
    limits.take(limit, headers);
  } catch (error) {
    record.limited = true;
    throw error;
  }
}

async function answer(emulation: Emulation, context: ApiContext, { route, passage }: Step): Promise<Answer> {
  return route.handler(emulation, {
    id: context.req.param("id") ?? "",
    query: passage.record.query,
    incoming: context.env.incoming,
    describe: (body) => {
      passage.record.body = body;
    },
  });
}

function respond({ status, json, file }: Answer, headers: Record<string, string>): Response {
  if (!file) return Response.json(json, { status, headers });
  const type = { "content-type": "application/octet-stream", "content-length": String(file.size) };
  const body = webStream(createReadStream(file.path, { end: Math.max(0, file.size - 1) }));
  return new Response(file.size === 0 ? null : body, {
    status,
    headers: { ...headers, ...type },
  });
}
