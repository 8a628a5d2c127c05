/** Owns the list of apps: one row each, updated in place so that the focus is kept. */
import { megabytes } from "./plot.mjs";

const list = document.getElementById("app-list");
const rows = new Map();

function addRow(app, choose) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "app";
  button.dataset.id = app.id;
  const parts = {};
  for (const name of ["dot", "name", "state", "bar", "memory"]) {
    parts[name] = document.createElement("span");
    parts[name].className = name;
    button.append(parts[name]);
  }
  parts.fill = document.createElement("i");
  parts.bar.append(parts.fill);
  button.addEventListener("click", () => choose(app.id));
  item.append(button);
  list.append(item);
  const row = { item, button, parts };
  rows.set(app.id, row);
  return row;
}

const setText = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

export function showApps(apps, { chosen, choose }) {
  for (const [id, { item }] of rows) {
    if (apps.some((app) => app.id === id)) continue;
    item.remove();
    rows.delete(id);
  }
  for (const app of apps) {
    const { button, parts } = rows.get(app.id) ?? addRow(app, choose);
    const { memoryUsageBytes: used, memoryLimitBytes: limit } = app.metrics;
    button.dataset.state = app.state;
    button.setAttribute("aria-current", String(app.id === chosen));
    setText(parts.name, app.name);
    setText(parts.state, app.restartRequired ? `${app.state}, restart required` : app.state);
    setText(parts.memory, app.metrics.online ? `${megabytes(used)} of ${megabytes(limit)} MB` : "");
    parts.bar.hidden = !app.metrics.online;
    parts.fill.style.width = `${Math.min(100, (100 * used) / limit).toFixed(0)}%`;
  }
  document.getElementById("no-apps").hidden = apps.length > 0;
}

/** Arrow keys move between the apps. */
list.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const buttons = [...list.querySelectorAll("button")];
  const next = buttons[buttons.indexOf(document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
