/** The table of endpoints: verb, path, limit, whether a lost request may be repeated, and how long one attempt may take. */

/** Each write kind has a window of its own, downloads a quota per minute; everything counts against the account's minute. */
export type Lane = "read" | "create" | "update" | "upload" | "deleteFiles" | "download";

/**
 * What may be done after an attempt of which nobody knows whether it took effect (5xx, connection lost, no answer in time):
 * `safe`: repeat, the result is the same; `few`: the same, but a repetition is expensive; `once`: one repetition; `look`: never repeat without looking first.
 */
export type Repeat = "safe" | "few" | "once" | "look";

export interface Endpoint {
  readonly method: "GET" | "POST" | "DELETE";
  /** `{id}` is replaced by the URL-encoded id. */
  readonly path: string;
  readonly lane: Lane;
  readonly repeat: Repeat;
  /** Milliseconds for one attempt. Creation was seen to take up to 180 s. */
  readonly timeoutMs: number;
  /** Completes the sentence "Could not …". */
  readonly action: string;
}

const quick = 15_000;
const slow = 240_000;

export const endpoints = {
  getUser: row("GET", "/v1/users/@me", "read", "safe", quick, "read the account"),
  listApps: row("GET", "/v1/apps", "read", "safe", quick, "list the apps"),
  getApp: row("GET", "/v1/apps/{id}", "read", "safe", quick, "read the app"),
  createApp: row("POST", "/v1/apps/create", "create", "look", slow, "create the app"),
  updateApp: row("POST", "/v1/apps/{id}/update", "update", "once", slow, "update the app's settings"),
  startApp: row("POST", "/v1/apps/{id}/start", "read", "once", slow, "start the app"),
  stopApp: row("POST", "/v1/apps/{id}/stop", "read", "once", slow, "stop the app"),
  restartApp: row("POST", "/v1/apps/{id}/restart", "read", "once", slow, "restart the app"),
  deleteApp: row("DELETE", "/v1/apps/{id}/delete", "read", "safe", slow, "delete the app"),
  listFiles: row("GET", "/v1/apps/{id}/files", "read", "safe", quick, "list the app's files"),
  deleteFiles: row(
    "DELETE",
    "/v1/apps/{id}/files",
    "deleteFiles",
    "safe",
    slow,
    "delete files of the previous deployment",
  ),
  uploadFiles: row("POST", "/v1/apps/{id}/upload", "upload", "few", slow, "upload the app's files"),
  download: row("GET", "/v1/apps/{id}/download", "download", "safe", slow, "download a file of the app"),
  listTeams: row("GET", "/v1/teams", "read", "safe", quick, "list the teams"),
  getTeam: row("GET", "/v1/teams/{id}", "read", "safe", quick, "read the team"),
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

function row(
  method: Endpoint["method"],
  path: string,
  lane: Lane,
  repeat: Repeat,
  timeoutMs: number,
  action: string,
): Endpoint {
  return { method, path, lane, repeat, timeoutMs, action };
}

export function pathOf(endpoint: Endpoint, id?: string): string {
  return id === undefined ? endpoint.path : endpoint.path.replace("{id}", encodeURIComponent(id));
}
