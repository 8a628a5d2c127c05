/** Owns the table of endpoints: method, path, rate limit and handler. */
import type { Handler } from "./context";
import { getTeam, getUser, listTeams } from "./handlers/account";
import { deleteApp, getApp, listApps, updateApp } from "./handlers/apps";
import { createApp } from "./handlers/create";
import { deleteAppFiles, downloadFile, listAppFiles, uploadFiles } from "./handlers/files";
import { restartApp, startApp, stopApp } from "./handlers/power";
import type { LimitClass } from "./limits";

export interface Route {
  verb: "GET" | "POST" | "DELETE";
  path: string;
  /** If absent, only the account's limit applies. */
  limit?: LimitClass;
  handler: Handler;
}

export const ROUTES: readonly Route[] = [
  { verb: "GET", path: "/v1/users/@me", handler: getUser },
  { verb: "GET", path: "/v1/apps", handler: listApps },
  { verb: "POST", path: "/v1/apps/create", limit: "create", handler: createApp },
  { verb: "GET", path: "/v1/apps/:id", handler: getApp },
  { verb: "POST", path: "/v1/apps/:id/update", limit: "update", handler: updateApp },
  { verb: "POST", path: "/v1/apps/:id/start", handler: startApp },
  { verb: "POST", path: "/v1/apps/:id/stop", handler: stopApp },
  { verb: "POST", path: "/v1/apps/:id/restart", handler: restartApp },
  { verb: "DELETE", path: "/v1/apps/:id/delete", handler: deleteApp },
  { verb: "GET", path: "/v1/apps/:id/files", handler: listAppFiles },
  { verb: "DELETE", path: "/v1/apps/:id/files", limit: "deleteFiles", handler: deleteAppFiles },
  { verb: "POST", path: "/v1/apps/:id/upload", limit: "upload", handler: uploadFiles },
  { verb: "GET", path: "/v1/apps/:id/download", limit: "download", handler: downloadFile },
  { verb: "GET", path: "/v1/teams", handler: listTeams },
  { verb: "GET", path: "/v1/teams/:id", handler: getTeam },
];
