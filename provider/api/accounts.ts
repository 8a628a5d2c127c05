/**
 * The process's accounts: settings looked up at each use, and one limiter per account.
 * The only module-level mutable state of the provider; filled without awaiting, since the SDK lets calls run
 * before an asynchronous `configure` has ended.
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
/** Listings that are about to be asked for, by account and team. */
const listings = new Map<string, Promise<App[]>>();
/** Milliseconds. */
const gatherMs = 20;

/** Stores where the stack's configuration is looked up; nothing is read yet. */
export function useConfig(config: ConfigLookup): void {
  lookup = config;
}

/** Throws a `SettingsError` when the key is missing or a setting is wrong. */
export function settingsOf(account: string | undefined): Settings {
  return readSettings({ config: lookup, env: process.env }, account);
}

export function clientOf(settings: Settings, scope: ClientScope, clock: Clock = systemClock): Client {
  // Loaded with the first request: a preview makes none, and axios takes longer to load than all the rest.
  const { Client } = require("./client") as typeof import("./client");
  const { sender } = require("./request") as typeof import("./request");
  const { baseUrl, loopback, token } = settings;
  const core = { baseUrl, direct: loopback, token, limiter: limiterOf(settings, clock), clock };
  return new Client(sender(core, scope));
}

/**
 * One listing for all who ask within a moment: a program may look up many apps by name at once. A listing that is under
 * way already is not shared, since it may miss an app that the asker knows to exist.
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

// The API's limits hold per account, shared by all its keys; a key is the nearest to an account that we know.
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
