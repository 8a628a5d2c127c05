/** The account that a call names: its settings, and the objects kept for it. */
import { settingsOf } from "../api/accounts";
import { SettingsError } from "../api/settings";
import { isUnknown } from "../lifecycle/values";

type Values = Readonly<Record<string, unknown>>;

/** Undefined for the default account, and while its name is not known yet. */
export function accountOf(values: Values): string | undefined {
  const { account } = values;
  return typeof account === "string" && !isUnknown(account) ? account : undefined;
}

/** A missing key or a wrong setting is told in the preview already, before any request. */
export function settingsFailures(given: Values): { property: string; reason: string }[] {
  // An import checks inputs that hold nothing yet.
  if (given["source"] === undefined || isUnknown(given["account"])) return [];
  try {
    settingsOf(accountOf(given));
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [{ property: "", reason: error.message }];
  }
}

/** The key that texts must not show; none while it is missing or wrong. */
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
