/** Owns the table of the last requests, the newest first. */

const body = document.getElementById("request-rows");

const CLOCK = {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hour12: false,
};
const time = (at) => new Date(at).toLocaleTimeString([], CLOCK);

function cell(text, className = "") {
  const node = document.createElement("td");
  node.textContent = text;
  node.className = className;
  return node;
}

function status({ status: code, ms, limited, faulted }) {
  const result = code === 0 ? (ms > 0 ? "dropped" : "…") : String(code);
  const remark = limited ? "limit" : faulted ? "fault" : "";
  const node = cell(result, code >= 400 || (code === 0 && ms > 0) ? "bad" : "");
  if (remark) {
    const badge = document.createElement("b");
    badge.textContent = remark;
    badge.className = remark;
    node.append(badge);
  }
  return node;
}

function row(request) {
  const node = document.createElement("tr");
  const query = new URLSearchParams(request.query).toString();
  const asked = cell("", "request");
  const method = document.createElement("em");
  method.textContent = request.method;
  asked.append(method, ` ${request.path}${query && `?${query}`}`);
  node.append(
    cell(time(request.receivedAt)),
    asked,
    status(request),
    cell(request.ms ? request.ms.toFixed(0) : "", "number"),
  );
  return node;
}

let shown = "";

export function showRequests(requests) {
  const text = JSON.stringify(requests);
  if (text === shown) return;
  shown = text;
  body.replaceChildren(...[...requests].reverse().map(row));
  document.getElementById("no-requests").hidden = requests.length > 0;
}
