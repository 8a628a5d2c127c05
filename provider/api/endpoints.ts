/** The table of endpoints: method, path, rate limit, retries after a lost response, and timeout. */

/** Each kind of write has its own time window, downloads have a quota per minute; all requests count against the account's quota. */
export type Lane = "read" | "create" | "update" | "upload" | "deleteFiles" | "download";

/**
 * What to do after an attempt that may have taken effect (5xx, connection lost, timeout). `safe`: retry, the result is the same;
 * `few`: the same, but a retry is expensive; `once`: one retry; `look`: never retry without checking the effect first.
 */
export type Repeat = "safe" | "few" | "once" | "look";

export interface Endpoint {
  readonly method: "GET" | "POST" | "DELETE";
  /** `{id}` is replaced by the URL-encoded id. */
  readonly path: string;
  readonly lane: Lane;
  readonly repeat: Repeat;
  /** Milliseconds for one attempt. Creations of up to 180 s have been observed. */
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
