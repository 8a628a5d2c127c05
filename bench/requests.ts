/** The requests of an `up` that creates many apps, with the real limits in virtual time. */
import { type RunOptions, requestsOf } from "../tests/unit/lifecycle/support/limited-account";
import type { Row } from "./table";

const apps = 100;
/** The number of operations that the engine runs in parallel on two cores. */
const parallel = 8;
const maxPerApp = 3;

export async function requestRows(): Promise<Row[]> {
  return [
    await row("new apps", {}),
    await row("new web apps", { inputs: { exposedViaWeb: true, healthCheck: { enabled: false } } }),
  ];
}

async function row(title: string, options: Partial<RunOptions>): Promise<Row> {
  const { requests, ms } = await requestsOf({ apps, parallel, ...options });
  const count = (name: string) => requests.filter((request) => request.name === name).length;
  const listings = count("listApps");
  // The teams are requested once, for any number of apps.
  const each = (requests.length - listings - count("listTeams")) / apps;
  const seconds = Math.round(ms / 1000);
  return {
    what: `requests of an \`up\` of ${apps} ${title}, of the emulated account`,
    rival: "",
    ours: `${requests.length} in ${seconds} s`,
    theirs: "",
    result: `${each.toFixed(2)} an app, and a listing every ${(seconds / listings).toFixed(1)} s`,
    goal: `<= ${maxPerApp} an app, and a listing every 5 s`,
    reached: each <= maxPerApp && listings <= seconds / 5 + 1,
  };
}
