/** Where an app is found: its public address, and its page in the dashboard. */
import type { App } from "./app";

/** `https://` and the custom domain, else the pattern with the sub-domain that the API gave; else there is none. */
export function urlOf(app: App, appUrl: string): string | undefined {
  if (app.exposedViaWeb === false) return undefined;
  if (app.assignedCustomDomain !== undefined) return `https://${app.assignedCustomDomain}`;
  if (app.assignedSubdomain === undefined) return undefined;
  return appUrl.replaceAll("{subdomain}", app.assignedSubdomain);
}

/** The app's page in the dashboard, or in the emulator. */
export function dashboardUrlOf({ id, dashboardUrl }: Pick<App, "id" | "dashboardUrl">): string {
  return dashboardUrl ?? `https://www.camposcloud.com/dashboard/applications/${id}`;
}
