/** Deletes an app; an app that no longer exists counts as deleted. */
import type { Deps } from "./deps";
import { apiErrorKind, RefusedError } from "./failures";
import type { OwnershipRegistry } from "./ownership-registry";

export async function deleteApp(deps: Deps, id: string, registry: OwnershipRegistry): Promise<void> {
  if (registry.keeps(id)) throw stillInUse(id);
  deps.progress("deleting");
  try {
    await deps.api.deleteApp(id);
  } catch (error) {
    if (apiErrorKind(error) !== "notFound") throw error;
  }
}

function stillInUse(id: string): RefusedError {
  return new RefusedError(
    `Did not delete the app ${id}: another resource of this stack uses the same app. The state contains it twice: find both ` +
      "URNs with `pulumi stack --show-urns`, remove the obsolete entry with `pulumi state delete <urn>`, which does not touch " +
      "the app, and run `pulumi up` again.",
  );
}
