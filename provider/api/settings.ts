/** The settings of an account, read from the stack's configuration and the environment, and their validation. */
import { UserError } from "../errors";

/** Looks up `camposcloud:<key>` in the stack's configuration. */
export type ConfigLookup = (key: string) => string | undefined;

export interface Sources {
  config: ConfigLookup;
  env: Readonly<Record<string, string | undefined>>;
}

export interface Settings {
  token: string;
  /** Without a trailing slash. */
  baseUrl: string;
  /** The API is on this machine; no proxy is used. */
  loopback: boolean;
  /** Public URL of a web app, containing `{subdomain}`. */
  appUrl: string;
  writeIntervalMs: number;
}

/** A setting is missing or invalid. Thrown before any request. */
export class SettingsError extends UserError {
  override readonly name = "SettingsError";
}

const defaults = {
  baseUrl: "https://api.camposcloud.com",
  appUrl: "https://{subdomain}.camposcloud.app",
  writeIntervalSeconds: "3",
} as const;

/** The stack's configuration takes precedence over the environment. */
export function readSettings(sources: Sources, account?: string): Settings {
  const entry = account === undefined ? undefined : accountEntry(sources, account);
  const base = entry?.baseUrl ?? setting(sources, "baseUrl") ?? defaults.baseUrl;
  const insecureAllowed = sources.config("allowInsecureBaseUrl") === "true";
  return {
    token: account === undefined ? defaultToken(sources) : accountToken(sources, account, entry),
    ...checkedBaseUrl(base, insecureAllowed),
    appUrl: checkedAppUrl(setting(sources, "appUrl") ?? defaults.appUrl),
    writeIntervalMs: checkedInterval(
      setting(sources, "writeIntervalSeconds") ?? defaults.writeIntervalSeconds,
    ),
  };
}

const variables: Record<string, string> = {
  token: "CAMPOSCLOUD_TOKEN",
  baseUrl: "CAMPOSCLOUD_BASE_URL",
  appUrl: "CAMPOSCLOUD_APP_URL",
  writeIntervalSeconds: "CAMPOSCLOUD_WRITE_INTERVAL_SECONDS",
};

function setting(sources: Sources, key: string): string | undefined {
  return given(sources.config(key)) ?? given(sources.env[variables[key] ?? ""]);
}

// An empty variable counts as not set.
function given(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function defaultToken(sources: Sources): string {
  const token = setting(sources, "token");
  if (token !== undefined) return checkedToken(token, "camposcloud:token or CAMPOSCLOUD_TOKEN");
  throw new SettingsError(
    "No API key for CamposCloud. Set it with `pulumi config set --secret camposcloud:token`, or in the environment " +
      "variable CAMPOSCLOUD_TOKEN. Create a key in the dashboard under Account, Developer.",
  );
}

// Otherwise a line break in the header value would cause an error that contains the key.
function checkedToken(token: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new SettingsError(`The API key in ${where} contains a space or an invalid character. Copy it again.`);
}

interface AccountEntry {
  token?: string;
  baseUrl?: string;
}

export function accountVariable(account: string): string {
  return `CAMPOSCLOUD_TOKEN_${account.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}

function accountToken(sources: Sources, account: string, entry: AccountEntry | undefined): string {
  const variable = accountVariable(account);
  const token = given(entry?.token) ?? given(sources.env[variable]);
  if (token !== undefined) return checkedToken(token, `camposcloud:accounts (${account}) or ${variable}`);
  throw new SettingsError(
    `No API key for the CamposCloud account "${account}". Set it with ` +
      `\`pulumi config set --secret --path camposcloud:accounts.${account}.token\`, or in the environment variable ${variable}.`,
  );
}

function accountEntry(sources: Sources, account: string): AccountEntry | undefined {
  const text = given(sources.config("accounts"));
  if (text === undefined) return undefined;
  const all = parseObject(text);
  if (all === undefined) {
    throw new SettingsError(
      'camposcloud:accounts must be an object like { "work": { "token": "…" } }. Set it with ' +
        `\`pulumi config set --secret --path camposcloud:accounts.${account}.token\`.`,
    );
  }
  const entry = Object.hasOwn(all, account) ? all[account] : undefined;
  if (entry === undefined) return undefined;
  const { token, baseUrl } = (typeof entry === "object" && entry !== null ? entry : {}) as Record<
    string,
    unknown
  >;
  return {
    ...(typeof token === "string" ? { token } : {}),
    ...(typeof baseUrl === "string" ? { baseUrl } : {}),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function checkedBaseUrl(text: string, insecureAllowed: boolean): { baseUrl: string; loopback: boolean } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== "" ||
    url.hash !== "" ||
    url.username !== ""
  ) {
    throw new SettingsError(
      "camposcloud:baseUrl (or CAMPOSCLOUD_BASE_URL) must be a URL like https://api.camposcloud.com, " +
        "without user name, query or fragment.",
    );
  }
  const loopback = isLoopback(url.hostname);
  if (url.protocol === "http:" && !loopback && !insecureAllowed) {
    throw new SettingsError(
      `camposcloud:baseUrl is plain http to ${url.hostname}: the API key could be read in transit. ` +
        "Use https, or set camposcloud:allowInsecureBaseUrl to true if you accept that.",
    );
  }
  return { baseUrl: url.href.replace(/\/+$/, ""), loopback };
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}

function checkedAppUrl(pattern: string): string {
  const sample = pattern.replaceAll("{subdomain}", "x");
  if (pattern.includes("{subdomain}") && URL.canParse(sample) && /^https?:/.test(sample)) {
    return pattern.replace(/\/+$/, "");
  }
  throw new SettingsError(
    "camposcloud:appUrl (or CAMPOSCLOUD_APP_URL) must be a URL that contains {subdomain}, " +
      "like https://{subdomain}.camposcloud.app.",
  );
}

function checkedInterval(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= 3600) return seconds * 1000;
  throw new SettingsError(
    "camposcloud:writeIntervalSeconds (or CAMPOSCLOUD_WRITE_INTERVAL_SECONDS) must be a number of seconds from 0 to 3600.",
  );
}
