/** Owns the dashboard's static files and their security headers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";

/** The path of an app's page, the same as in CamposCloud's dashboard, followed by the app's id. */
export const APP_PAGES = "/dashboard/applications";

const PAGE = { name: "index.html", type: "text/html; charset=utf-8" };
const FILES: Record<string, { name: string; type: string }> = {
  "/": PAGE,
  [`${APP_PAGES}/:id`]: PAGE,
  "/dashboard/style.css": { name: "style.css", type: "text/css; charset=utf-8" },
  "/dashboard/board.css": { name: "board.css", type: "text/css; charset=utf-8" },
  "/dashboard/main.mjs": { name: "main.mjs", type: "text/javascript; charset=utf-8" },
  "/dashboard/server.mjs": { name: "server.mjs", type: "text/javascript; charset=utf-8" },
  "/dashboard/apps.mjs": { name: "apps.mjs", type: "text/javascript; charset=utf-8" },
  "/dashboard/details.mjs": { name: "details.mjs", type: "text/javascript; charset=utf-8" },
  "/dashboard/plot.mjs": { name: "plot.mjs", type: "text/javascript; charset=utf-8" },
  "/dashboard/requests.mjs": { name: "requests.mjs", type: "text/javascript; charset=utf-8" },
};

/** The page may only access this server, and may not be framed. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function addPage(app: Hono<{ Bindings: HttpBindings }>): void {
  for (const [path, { name, type }] of Object.entries(FILES)) {
    const body = readFileSync(join(__dirname, name), "utf8");
    app.get(path, (context) =>
      context.body(body, 200, {
        "content-type": type,
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      }),
    );
  }
}
