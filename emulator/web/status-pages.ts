/** Owns the pages for web apps that cannot respond: starting, stopped, crashed, or unknown. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { AppState } from "../processes/supervisor";

export interface AppStatus {
  name: string;
  exists: boolean;
  exposed: boolean;
  run: boolean;
  state: AppState | undefined;
  lastEnd: string | undefined;
}

interface Page {
  code: number;
  title: string;
  text: string;
  /** The page reloads until the app responds. */
  retry: boolean;
}

function pageFor(status: AppStatus): Page {
  const { name, state, lastEnd } = status;
  const page = (code: number, title: string, text: string) => ({ code, title, text, retry: false });
  if (!status.exists) return page(404, "No such app", `No application has the subdomain ${name}.`);
  if (!status.exposed)
    return page(404, `${name} is not on the web`, "Set exposedViaWeb to true and restart it.");
  // Apps that are not run respond with 200 as well, so that health checks succeed.
  if (!status.run && state === "online")
    return page(200, `${name} is not running`, "This emulator accepts apps without running them.");
  if (state === "crashed") {
    return page(
      503,
      `${name} has crashed`,
      `It exited: ${lastEnd ?? "unknown"}. See its log on the emulator's dashboard.`,
    );
  }
  if (state === "stopped" || state === "stopping")
    return page(503, `${name} is stopped`, "Start it to visit it.");
  return { code: 503, title: `${name} is starting`, text: WAITING[state ?? "booting"] ?? "", retry: true };
}

const WAITING: Partial<Record<AppState, string>> = {
  booting: "It boots.",
  installing: "Its dependencies are being installed.",
  starting: "Its process has started but does not respond on PORT yet.",
  online: "Its process is running but does not listen on the port in the variable PORT.",
  "waiting to restart": "It has exited and will be restarted shortly.",
};

export function sendStatusPage(status: AppStatus, request: IncomingMessage, response: ServerResponse): void {
  const page = pageFor(status);
  request.resume();
  const html = request.headers.accept?.includes("text/html") === true;
  response.writeHead(page.code, {
    "content-type": html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
    "cache-control": "no-store",
    ...(html ? { "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'" } : {}),
    ...(page.retry ? { "retry-after": "1" } : {}),
  });
  response.end(html ? render(page) : `${page.title}. ${page.text}\n`);
}

/** The response to a websocket handshake that cannot be forwarded. */
export function statusLine(status: AppStatus): string {
  const { code } = pageFor(status);
  return `HTTP/1.1 ${code} ${STATUS_CODES[code]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
}

const STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: .5rem; padding: 1.5rem;
    font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f6f7f9, #14171c); color: light-dark(#1c2230, #e6e9ef); }
  h1 { font-size: 1.4rem; margin: 0; } p { margin: 0; color: light-dark(#5a6375, #9aa4b5); max-width: 34rem; }
  i { width: 12rem; height: 3px; border-radius: 2px; overflow: hidden; background: light-dark(#dfe3ea, #2a303a); }
  i::after { content: ""; display: block; width: 40%; height: 100%; background: #3b82f6; animation: go 1.2s infinite; }
  @keyframes go { from { translate: -100% } to { translate: 250% } }
  @media (prefers-reduced-motion: reduce) { i::after { animation: none; width: 100%; } }`;

function render({ title, text, retry }: Page): string {
  const [refresh, bar] = retry ? ['<meta http-equiv="refresh" content="1">', "<i></i>"] : ["", ""];
  return `<!doctype html><html lang="en"><meta charset="utf-8">${refresh}
<meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${bar}</html>\n`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
