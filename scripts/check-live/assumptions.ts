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
    text: "GET /v1/users/@me gives the account, bare or as `user`",
    code: "provider/api/account.ts",
  },
  "wrong-key": { text: "a wrong key gives 401 with a JSON body", code: "provider/api/errors.ts" },
  "rate-headers": {
    text: "answers carry X-RateLimit-Limit, -Remaining and -Reset (seconds)",
    code: "provider/api/limiter.ts",
  },
  "list-shape": { text: "GET /v1/apps gives `applications`, or a bare array", code: "provider/api/app.ts" },
  "list-pages": {
    text: "`limit` and `page` are honoured, `pagination.hasNextPage` says whether more follows",
    code: "provider/api/listing.ts",
  },
  "unknown-app": { text: "an unknown id gives 404 with a JSON body", code: "provider/lifecycle/read.ts" },
  "app-fields": {
    text: "an app carries the documented fields with the documented types",
    code: "provider/api/app.ts",
  },
  "app-metrics": { text: "measurements are null or say `online` as a boolean", code: "provider/api/app.ts" },
  "app-status": { text: "`status` is active, creating or suspended", code: "provider/api/app.ts" },
  "teams-shape": { text: "GET /v1/teams gives an array of teams", code: "provider/api/account.ts" },
  "create-answer": {
    text: "create gives 200 or 201 with the new app's `_id`",
    code: "provider/api/client.ts",
    write: true,
  },
  "create-variables": {
    text: "create takes `environmentVariables` as JSON text",
    code: "provider/api/request-bodies.ts",
    write: true,
  },
  "create-runs": {
    text: "a new app runs without a call of start",
    code: "provider/lifecycle/create.ts",
    write: true,
  },
  "dot-files": {
    text: "a file at the root whose name begins with a dot is listed, and its text can be read",
    code: "provider/lifecycle/ownership.ts",
    write: true,
  },
  "update-in-place": {
    text: "update changes the name in place and keeps a command that it does not name",
    code: "provider/api/request-bodies.ts",
    write: true,
  },
  "update-variables": {
    text: "update replaces the whole list of variables",
    code: "provider/api/request-bodies.ts",
    write: true,
  },
  "write-window": {
    text: "a second write of the same kind at once gives 429",
    code: "provider/api/limiter.ts",
    write: true,
  },
  "upload-in-place": {
    text: "an upload with path=/ replaces files, and keeps those that are not in the zip",
    code: "provider/lifecycle/update-steps.ts",
    write: true,
  },
  "delete-files": {
    text: "deletion of files gives `success` and `failed`",
    code: "provider/api/client.ts",
    write: true,
  },
  "restart-counts": {
    text: "after a restart the app is online again and its `uptime` begins anew",
    code: "provider/lifecycle/readiness/observation.ts",
    write: true,
  },
  "sub-domain": {
    text: "the answer to start, stop or restart names `assignedSubdomain` of a web app",
    code: "provider/api/app.ts",
    write: true,
  },
  "public-address": {
    text: "a web app answers at https://SUBDOMAIN.camposcloud.app",
    code: "provider/api/app.ts",
    write: true,
  },
  stopped: {
    text: "after stop, `online` becomes false",
    code: "provider/lifecycle/update-steps.ts",
    write: true,
  },
  deleted: {
    text: "after delete, the app gives 404 and is in no list",
    code: "provider/lifecycle/delete.ts",
    write: true,
  },
} as const satisfies Record<string, Assumption>;

export type AssumptionId = keyof typeof assumptions;

export const assumptionIds = Object.keys(assumptions) as AssumptionId[];
