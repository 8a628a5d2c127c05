/** The public address of a web app. */
import type { App } from "./app";

/** `https://` and the custom domain, else the pattern with the sub-domain that the API gave; else there is none. */
export function urlOf(app: App, appUrl: string): string | undefined {
  if (app.exposedViaWeb === false) return undefined;
  if (app.assignedCustomDomain !== undefined) return `https://${app.assignedCustomDomain}`;
  if (app.assignedSubdomain === undefined) return undefined;
  return appUrl.replaceAll("{subdomain}", app.assignedSubdomain);
}
