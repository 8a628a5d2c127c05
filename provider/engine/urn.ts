/** The hash of a URN, by which an app is known as this resource's own. */
import { createHash } from "node:crypto";

/** Goes into states and into the marker files of apps, so it never changes. */
export function hashOfUrn(urn: string): string {
  return createHash("sha256").update(urn).digest("hex").slice(0, 32);
}
