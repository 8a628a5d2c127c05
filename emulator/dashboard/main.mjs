/** Owns the page as a whole: signing in, polling the emulator, faults. */
import { showApps } from "./apps.mjs";
import { choose, chosen, refresh } from "./details.mjs";
import { showRequests } from "./requests.mjs";
import { ask, forgetToken, keepToken, Refused, takeTokenFromAddress, token } from "./server.mjs";

const at = (id) => document.getElementById(id);
const POLL_MS = 700;
let timer;

function signIn(message) {
  clearTimeout(timer);
  forgetToken();
  at("board").hidden = true;
  at("sign-out").hidden = true;
  at("sign-in").hidden = false;
  at("sign-in-error").textContent = message;
  at("summary").textContent = "";
  at("token").focus();
}

async function poll() {
  clearTimeout(timer);
  try {
    // A hidden page does not need to poll.
    if (!document.hidden) await update();
    timer = setTimeout(poll, POLL_MS);
  } catch (error) {
    if (error instanceof Refused && error.status === 401)
      return signIn("This is not the key of this emulator.");
    at("summary").textContent = "The emulator does not respond.";
    document.body.classList.add("lost");
    timer = setTimeout(poll, 2 * POLL_MS);
  }
}

async function update() {
  const state = await ask("/state");
  document.body.classList.remove("lost");
  at("sign-in").hidden = true;
  at("board").hidden = false;
  at("sign-out").hidden = false;
  if (!state.apps.some(({ id }) => id === chosen())) choose(firstChoice(state.apps));
  showApps(state.apps, { chosen: chosen(), choose: pick });
  showRequests(state.requests);
  showFault(state.faults);
  summarise(state);
  await refresh().catch((error) => {
    // Deleted since the list was requested; the next poll shows that.
    if (error.status !== 404) throw error;
  });
}

/** The path of an app's page, the same as in CamposCloud's dashboard. */
const APP_PAGES = "/dashboard/applications/";

/** The app in the URL, if any. */
function firstChoice(apps) {
  const named = location.pathname.startsWith(APP_PAGES) && location.pathname.slice(APP_PAGES.length);
  return (apps.find(({ id }) => id === named) ?? apps[0])?.id;
}

function pick(id) {
  choose(id);
  history.replaceState(null, "", APP_PAGES + id);
  void poll();
}

function summarise({ apps, run }) {
  const online = apps.filter(({ metrics }) => metrics.online).length;
  const text = `${apps.length} ${apps.length === 1 ? "app" : "apps"}, ${online} online${run ? "" : " (not run)"}`;
  if (at("summary").textContent !== text) at("summary").textContent = text;
}

/** Shows the active faults, including those set by another page or a test. */
function showFault(faults) {
  at("faults").classList.toggle("armed", faults.length > 0);
  if (at("fault-form").contains(document.activeElement)) return;
  const [fault] = faults;
  const kind = !fault
    ? "none"
    : fault.reset
      ? "reset"
      : fault.status === undefined
        ? "slow"
        : String(fault.status);
  const radio = at("fault-form").querySelector(`[name="kind"][value="${kind}"]`);
  if (radio) radio.checked = true;
  if (!fault) return;
  at("fault-path").value = fault.path ?? "";
  at("fault-when").value = fault.when ?? "before";
}

at("fault-form").addEventListener("change", () => {
  const body = Object.fromEntries(new FormData(at("fault-form")));
  // The poll shows whether it worked, and why not.
  void ask("/fault", { method: "PUT", body }).then(poll, poll);
});

at("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  keepToken(at("token").value.trim());
  at("token").value = "";
  void poll();
});

at("sign-out").addEventListener("click", () => signIn(""));
document.addEventListener("visibilitychange", () => !document.hidden && token() && poll());
at("address").textContent = location.origin;

function begin() {
  takeTokenFromAddress();
  if (token()) void poll();
  else signIn("");
}

window.addEventListener("hashchange", begin);
begin();
