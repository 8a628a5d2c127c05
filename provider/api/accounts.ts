/**
 * The process's accounts: settings looked up at each use, and one limiter per account.
 * The only module-level mutable state of the provider; filled without awaiting, since the SDK lets calls run
 * before an asynchronous `configure` has ended.
 */
import { createHash } from "node:crypto";
import { type Clock, systemClock } from "../clock";
import type { Client } from "./client";
import { Limiter } from "./limiter";
import type { ClientScope } from "./request";
import { type ConfigLookup, readSettings, type Settings } from "./settings";

let lookup: ConfigLookup = () => undefined;
const limiters = new Map<string, Limiter>();

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

// The API's limits hold per account, shared by all its keys; a key is the nearest to an account that we know.
function limiterOf(settings: Settings, clock: Clock): Limiter {
  const key = createHash("sha256").update(`${settings.baseUrl}\n${settings.token}`).digest("hex");
  let limiter = limiters.get(key);
  if (!limiter) {
    limiter = new Limiter({ clock, writeIntervalMs: settings.writeIntervalMs });
    limiters.set(key, limiter);
  }
  return limiter;
}

/** For tests: forgets configuration and limiters. */
export function resetAccounts(): void {
  lookup = () => undefined;
  limiters.clear();
}
