/**
 * The accounts of the process: settings, read at each use, and one limiter per account.
 * The only module-level mutable state of the provider. It is set synchronously, since the SDK may make calls before an
 * asynchronous `configure` has completed.
 */
import { createHash } from "node:crypto";
import { type Clock, systemClock } from "../clock";
import type { App } from "./app";
import type { Client } from "./client";
import { Limiter } from "./limiter";
import { allApps } from "./listing";
import type { ClientScope } from "./request";
import { type ConfigLookup, readSettings, type Settings } from "./settings";

let lookup: ConfigLookup = () => undefined;
const limiters = new Map<string, Limiter>();
/** Listings that will be requested shortly, by account and team. */
const listings = new Map<string, Promise<App[]>>();
/** Milliseconds. */
const gatherMs = 20;

/** Sets where the stack's configuration is looked up, without reading it. */
export function useConfig(config: ConfigLookup): void {
  lookup = config;
}

/** Throws a `SettingsError` if the key is missing or a setting is invalid. */
export function settingsOf(account: string | undefined): Settings {
  return readSettings({ config: lookup, env: process.env }, account);
}

export function clientOf(settings: Settings, scope: ClientScope, clock: Clock = systemClock): Client {
  // Loaded on the first request: a preview makes none, and axios takes longer to load than everything else.
  const { Client } = require("./client") as typeof import("./client");
  const { sender } = require("./request") as typeof import("./request");
  const { baseUrl, loopback, token } = settings;
  const core = { baseUrl, direct: loopback, token, limiter: limiterOf(settings, clock), clock };
  return new Client(sender(core, scope));
}

/**
 * One listing for all calls within a short time: a program may look up many apps by name at once. A listing that has already
 * been requested is not shared, since it may miss an app that was created after that.
 */
export function sharedListing(
  account: Pick<Settings, "baseUrl" | "token">,
  client: Pick<Client, "listApps">,
  teamId: string | undefined,
): Promise<App[]> {
  const key = `${keyOf(account)} ${teamId ?? ""}`;
  const gathering = listings.get(key);
  if (gathering) return gathering;
  const listing = systemClock.sleep(gatherMs).then(() => {
    listings.delete(key);
    return allApps(client, teamId);
  });
  listings.set(key, listing);
  return listing;
}

// The API's limits apply per account, across all its keys; the key is the closest we have to an account id.
function keyOf({ baseUrl, token }: Pick<Settings, "baseUrl" | "token">): string {
  return createHash("sha256").update(`${baseUrl}\n${token}`).digest("hex");
}

function limiterOf(settings: Settings, clock: Clock): Limiter {
  const key = keyOf(settings);
  let limiter = limiters.get(key);
  if (!limiter) {
    limiter = new Limiter({ clock, writeIntervalMs: settings.writeIntervalMs });
    limiters.set(key, limiter);
  }
  return limiter;
}
