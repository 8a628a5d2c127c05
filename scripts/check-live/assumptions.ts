/** What this project assumes about the real platform, where its sources leave a question open, and where the code relies on it. */

export interface Assumption {
  text: string;
  /** The file that relies on it. */
  code: string;
  /** Checked only with `--write`. */
  write?: true;
}

export const assumptions = {
  "account-shape": {
    text: "GET /v1/users/@me returns the account, bare or as `user`",
    code: "provider/api/account.ts",
  },
  "wrong-key": { text: "a wrong key leads to 401 with a JSON body", code: "provider/api/errors.ts" },
  "rate-headers": {
    text: "responses have X-RateLimit-Limit, -Remaining and -Reset (seconds)",
    code: "provider/api/limiter.ts",
  },
  "list-shape": { text: "GET /v1/apps returns `applications`, or a bare array", code: "provider/api/app.ts" },
  "list-pages": {
    text: "`limit` and `page` are respected, `pagination.hasNextPage` says whether there are more pages",
    code: "provider/api/listing.ts",
  },
  "unknown-app": { text: "an unknown id leads to 404 with a JSON body", code: "provider/lifecycle/read.ts" },
  "app-fields": {
    text: "an app has the documented fields with the documented types",
    code: "provider/api/app.ts",
  },
  "app-metrics": { text: "metrics are null or contain `online` as a boolean", code: "provider/api/app.ts" },
  "app-status": { text: "`status` is active, creating or suspended", code: "provider/api/app.ts" },
  "teams-shape": { text: "GET /v1/teams returns an array of teams", code: "provider/api/account.ts" },
  "create-answer": {
    text: "create returns 200 or 201 with the new app's `_id`",
    code: "provider/api/client.ts",
    write: true,
  },
  "create-variables": {
    text: "create accepts `environmentVariables` as JSON text",
    code: "provider/api/request-bodies.ts",
    write: true,
  },
  "create-runs": {
    text: "a new app runs without a call to start",
    code: "provider/lifecycle/create.ts",
    write: true,
  },
  "dot-files": {
    text: "a file at the root whose name starts with a dot is listed, and its text can be read",
    code: "provider/lifecycle/ownership.ts",
    write: true,
  },
  "update-in-place": {
    text: "update changes the name in place and keeps a command that it does not contain",
    code: "provider/api/request-bodies.ts",
    write: true,
  },
  "update-variables": {
    text: "update replaces the whole list of variables",
    code: "provider/api/request-bodies.ts",
    write: true,
  },
  "write-window": {
    text: "an immediate second write of the same kind leads to 429",
    code: "provider/api/limiter.ts",
    write: true,
  },
  "upload-in-place": {
    text: "an upload with path=/ replaces files and keeps those that are not in the zip",
    code: "provider/lifecycle/update-steps.ts",
    write: true,
  },
  "delete-files": {
    text: "deleting files returns `success` and `failed`",
    code: "provider/api/client.ts",
    write: true,
  },
  "restart-counts": {
    text: "after a restart the app is online again and its `uptime` is reset",
    code: "provider/lifecycle/readiness/observation.ts",
    write: true,
  },
  "sub-domain": {
    text: "the response to start, stop or restart contains the `assignedSubdomain` of a web app",
    code: "provider/api/app.ts",
    write: true,
  },
  "public-address": {
    text: "a web app is reachable at https://SUBDOMAIN.camposcloud.app",
    code: "provider/api/app.ts",
    write: true,
  },
  stopped: {
    text: "after stop, `online` becomes false",
    code: "provider/lifecycle/update-steps.ts",
    write: true,
  },
  deleted: {
    text: "after delete, the app leads to 404 and is not listed",
    code: "provider/lifecycle/delete.ts",
    write: true,
  },
} as const satisfies Record<string, Assumption>;

export type AssumptionId = keyof typeof assumptions;

export const assumptionIds = Object.keys(assumptions) as AssumptionId[];
