/** The checks that change nothing. They report shapes and counts, never names or values of the account. */
import { type Answer, type Api, isJson, type Json, member, typeOf } from "./api";
import type { Report } from "./report";

/** The key was rejected, or the URL is not CamposCloud's API: no check makes sense. */
export class CannotCheckError extends Error {}

export async function checkReading(api: Api, report: Report): Promise<void> {
  await checkAccount(api, report);
  const apps = await checkList(api, report);
  await checkUnknownApp(api, report);
  await checkApp(api, report, apps[0]);
  const teams = await api.get("/v1/teams");
  const items = Array.isArray(teams.body) ? `${teams.body.length} teams` : typeOf(teams.body);
  report.check("teams-shape", Array.isArray(teams.body), `${teams.status}, ${items}`);
}

async function checkAccount(api: Api, report: Report): Promise<void> {
  const answer = await api.get("/v1/users/@me");
  const wrapped = isJson(member(answer.body, "user"));
  const account = wrapped ? member(answer.body, "user") : answer.body;
  if (answer.status !== 200 || typeof member(account, "_id") !== "string") {
    const hint = answer.status === 401 ? "the key was rejected" : "this is not CamposCloud's API";
    throw new CannotCheckError(
      `GET /v1/users/@me gave ${answer.status}: ${hint}. Check CAMPOSCLOUD_TOKEN and CAMPOSCLOUD_BASE_URL.`,
    );
  }
  report.add("account-shape", "holds", wrapped ? "as `user`" : "bare");
  checkHeaders(answer, report);
  const refused = await api.call({ method: "GET", path: "/v1/users/@me", token: "not-a-key" });
  report.check(
    "wrong-key",
    refused.status === 401 && isJson(refused.body),
    `${refused.status}, ${bodyShape(refused)}`,
  );
}

function checkHeaders({ headers }: Answer, report: Report): void {
  const values = ["limit", "remaining", "reset"].map((name) => headers.get(`x-ratelimit-${name}`));
  const [limit, remaining, reset] = values.map(Number);
  const present = values.every((value) => value !== null);
  report.check(
    "rate-headers",
    present && Number(reset) < 3600,
    present ? `${limit}, ${remaining} left, ${reset} s` : "not all of the three",
  );
}

async function checkList(api: Api, report: Report): Promise<Json[]> {
  const answer = await api.get("/v1/apps?page=1&limit=100");
  const bare = Array.isArray(answer.body);
  const list = bare ? answer.body : member(answer.body, "applications");
  const shape = bare
    ? "a bare array"
    : `an object of ${Object.keys(isJson(answer.body) ? answer.body : {}).join(", ")}`;
  report.check("list-shape", Array.isArray(list), `${answer.status}, ${shape}`);
  const apps = (Array.isArray(list) ? list : []).filter(isJson);
  const first = await api.get("/v1/apps?page=1&limit=1");
  const page = bare ? first.body : member(first.body, "applications");
  const next = member(member(first.body, "pagination"), "hasNextPage");
  const count = Array.isArray(page) ? page.length : 0;
  if (apps.length < 2) report.add("list-pages", "not seen", "fewer than two apps in the account");
  else
    report.check(
      "list-pages",
      count === 1 && next === true,
      `${count} of ${apps.length} apps with limit=1, hasNextPage ${next}`,
    );
  return apps;
}

async function checkUnknownApp(api: Api, report: Report): Promise<void> {
  const answer = await api.get(`/v1/apps/${"0".repeat(24)}`);
  report.check(
    "unknown-app",
    answer.status === 404 && isJson(answer.body),
    `${answer.status}, ${bodyShape(answer)}`,
  );
}

const fieldTypes: Record<string, readonly string[]> = {
  _id: ["string"],
  name: ["string"],
  status: ["string"],
  allocatedMemoryMB: ["number"],
  exposedViaWeb: ["boolean"],
  autoRestartEnabled: ["boolean"],
  restartRequired: ["boolean"],
  startupCommand: ["string", "null", "undefined"],
  runtimeEnvironment: ["string"],
  teamId: ["string", "null", "object", "undefined"],
  createdAt: ["string"],
  updatedAt: ["string"],
  environmentVariables: ["array", "undefined"],
};

/** Fields whose type the provider does not expect, such as `status: number`. */
export function strangeFields(app: unknown): string[] {
  return Object.entries(fieldTypes).flatMap(([name, types]) => {
    const type = typeOf(member(app, name));
    return types.includes(type) ? [] : [`${name}: ${type}`];
  });
}

async function checkApp(api: Api, report: Report, listed: Json | undefined): Promise<void> {
  if (listed === undefined) {
    for (const id of ["app-fields", "app-metrics", "app-status"] as const)
      report.add(id, "not seen", "no app in the account");
    return;
  }
  const { body } = await api.get(`/v1/apps/${String(listed["_id"])}`);
  reportApp(body, report);
}

/** Checks the fields, the metrics and the status of an app. */
export function reportApp(app: unknown, report: Report): void {
  const strange = strangeFields(app);
  report.check(
    "app-fields",
    strange.length === 0,
    strange.join(", ") || `all of ${Object.keys(fieldTypes).length}`,
  );
  const metrics = member(app, "currentResourceMetrics");
  const online = typeOf(member(metrics, "online"));
  const fine = metrics === null || metrics === undefined || online === "boolean";
  report.check("app-metrics", fine, isJson(metrics) ? `online: ${online}` : typeOf(metrics));
  const status = String(member(app, "status"));
  report.check("app-status", ["active", "creating", "suspended"].includes(status), status);
}

function bodyShape({ body }: Answer): string {
  return isJson(body) ? `JSON with ${Object.keys(body).join(", ")}` : "no JSON object";
}
