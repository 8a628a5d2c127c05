/** Owns the panel of the selected app: plots, facts, log, files, actions. */
import { draw, megabytes } from "./plot.mjs";
import { ask, fetched } from "./server.mjs";

const at = (id) => document.getElementById(id);
const panel = { id: undefined, next: 0, path: "/" };

// Some browsers scroll an element with the keyboard only if it can have the focus.
for (const id of ["log", "content"]) at(id).tabIndex = 0;

export const chosen = () => panel.id;

export function choose(id) {
  if (panel.id === id) return;
  Object.assign(panel, { id, next: 0, path: "/" });
  at("log").textContent = "";
  at("action-error").textContent = "";
  at("details-body").hidden = id === undefined;
  at("actions").hidden = id === undefined;
  at("details-empty").hidden = id !== undefined;
  at("details-title").textContent = id === undefined ? "No app selected" : "";
  if (id !== undefined && !at("panel-files").hidden) void showFiles();
}

export async function refresh() {
  const { id, next } = panel;
  if (id === undefined) return;
  const app = await ask(`/apps/${id}?from=${next}`);
  // Another app may have been selected, or the same requested again, before the response arrived.
  if (panel.id !== id || panel.next !== next) return;
  at("details-title").textContent = app.name;
  showPlots(app);
  showFacts(app);
  appendLog(app.log);
  const usable = { start: !app.active, stop: app.active, restart: true, delete: true };
  for (const button of at("actions").children) button.disabled = !usable[button.dataset.action];
}

function showPlots({ history, metrics }) {
  const limit = metrics.memoryLimitBytes;
  draw(
    at("memory-plot"),
    history.map((sample) => ({ at: sample.at, value: sample.memoryBytes })),
    limit,
  );
  draw(
    at("cpu-plot"),
    history.map((sample) => ({ at: sample.at, value: sample.cpuPercent })),
    100,
  );
  at("memory-now").textContent = metrics.online
    ? `${megabytes(metrics.memoryUsageBytes)} of ${megabytes(limit)} MB`
    : "–";
  at("cpu-now").textContent = metrics.online ? `${metrics.cpuUsagePercent.toFixed(1)} %` : "–";
}

function showFacts(app) {
  const facts = {
    State: app.lastEnd && !app.metrics.online ? `${app.state} (${app.lastEnd})` : app.state,
    Address: app.subdomain && link(`http://${app.subdomain}.localhost:${location.port}/`),
    Command: app.command,
    Uptime: app.metrics.online ? duration(app.metrics.uptime) : undefined,
    Variables: app.variables.join(", ") || undefined,
    "After a crash": app.autoRestart ? "restarts" : "stays stopped",
    Id: app.id,
  };
  const shown = Object.entries(facts).filter(([, value]) => value);
  const text = JSON.stringify(shown.map(([name, value]) => [name, value.href ?? value]));
  // Not replaced while it is the same, so that a selection or a focused link is kept.
  if (at("facts").dataset.text === text) return;
  at("facts").dataset.text = text;
  at("facts").replaceChildren(...shown.flatMap(([name, value]) => [cell("dt", name), cell("dd", value)]));
}

function cell(kind, content) {
  const node = document.createElement(kind);
  node.append(content);
  return node;
}

function link(href) {
  const node = document.createElement("a");
  Object.assign(node, { href, textContent: href, target: "_blank", rel: "noreferrer" });
  return node;
}

function duration(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return [hours && `${hours} h`, (hours || minutes) && `${minutes} min`, `${seconds % 60} s`]
    .filter(Boolean)
    .join(" ");
}

const KEPT_LOG = 400_000;

function appendLog({ text, next }) {
  panel.next = next;
  if (text === "") return;
  const log = at("log");
  const followed = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.append(text);
  if (log.textContent.length > KEPT_LOG) log.textContent = log.textContent.slice(-KEPT_LOG / 2);
  if (followed) log.scrollTop = log.scrollHeight;
}

async function showFiles() {
  const { id, path } = panel;
  const list = await ask(`/apps/${id}/files?path=${encodeURIComponent(path)}`).catch(() => ({
    files: [],
    content: null,
  }));
  if (panel.id !== id || panel.path !== path) return;
  at("crumbs").replaceChildren(...crumbs(path));
  at("files").replaceChildren(...(list.files ?? []).map(fileRow));
  at("content").hidden = list.content === null;
  at("content").textContent = list.content ?? "";
}

function open(path) {
  panel.path = path;
  void showFiles();
}

function pathButton(label, path) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: label });
  button.addEventListener("click", () => open(path));
  return button;
}

function crumbs(path) {
  const parts = path.split("/").filter(Boolean);
  return [
    pathButton("/", "/"),
    ...parts.map((part, index) => pathButton(part, `/${parts.slice(0, index + 1).join("/")}`)),
  ];
}

function fileRow({ name, isDirectory, path, size }) {
  const row = document.createElement("li");
  row.append(pathButton(isDirectory ? `${name}/` : name, path), cell("span", isDirectory ? "" : `${size} B`));
  return row;
}

function select(tab) {
  for (const one of document.querySelectorAll('[role="tab"]')) {
    const on = one === tab;
    one.setAttribute("aria-selected", String(on));
    one.tabIndex = on ? 0 : -1;
    at(one.getAttribute("aria-controls")).hidden = !on;
  }
  if (tab.id === "tab-files") void showFiles();
}

for (const tab of document.querySelectorAll('[role="tab"]')) {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", ({ key }) => {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    const other = tab.nextElementSibling ?? tab.previousElementSibling;
    other.focus();
    select(other);
  });
}

async function act(action) {
  const { id } = panel;
  if (action !== "delete") await ask(`/apps/${id}/${action}`, { method: "POST" });
  else if (confirm(`Delete ${at("details-title").textContent} and its files?`)) {
    await ask(`/apps/${id}`, { method: "DELETE" });
    choose(undefined);
  }
}

// Some browsers start reading only after the click has been handled.
const KEPT_DOWNLOAD_MS = 60_000;

async function download() {
  // Another app may be selected before the response arrives.
  const name = `${at("details-title").textContent}.zip`;
  const href = await fetched(`/apps/${panel.id}/files.zip`);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT_DOWNLOAD_MS);
}

async function attempt(work) {
  at("action-error").textContent = "";
  try {
    await work();
  } catch (error) {
    at("action-error").textContent = error.message;
  }
}

at("download").addEventListener("click", () => void attempt(download));
at("actions").addEventListener("click", ({ target }) => {
  const { action } = target.dataset;
  if (action) void attempt(() => act(action));
});
