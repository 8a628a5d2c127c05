/** The account that a call names: its settings, and the objects kept for it. */
import { settingsOf } from "../api/accounts";
import { SettingsError } from "../api/settings";
import { isUnknown } from "../lifecycle/values";

type Values = Readonly<Record<string, unknown>>;

/** The account's name; undefined for the default account, and while the name is unknown. */
export function accountOf(values: Values): string | undefined {
  const { account } = values;
  return typeof account === "string" && !isUnknown(account) ? account : undefined;
}

/** A missing key or an invalid setting is reported in the preview, before any request. */
export function settingsFailures(given: Values): { property: string; reason: string }[] {
  // The first check of an import has no inputs.
  if (given["source"] === undefined || isUnknown(given["account"])) return [];
  try {
    settingsOf(accountOf(given));
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [{ property: "", reason: error.message }];
  }
}

/** The API key, to mask it in texts; none while it is missing or invalid. */
export function tokens(account: string | undefined): string[] {
  try {
    return [settingsOf(account).token];
  } catch {
    return [];
  }
}

/** One object per account, created on first use. */
export class PerAccount<T> {
  private readonly created = new Map<string, T>();

  constructor(private readonly create: () => T) {}

  of(account: string): T {
    const present = this.created.get(account) ?? this.create();
    this.created.set(account, present);
    return present;
  }
}
