/** Deletes an app; one that is gone already is deleted. */
import type { Deps } from "./deps";
import { apiErrorKind, RefusedError } from "./failures";
import type { OwnershipRegistry } from "./ownership-registry";

export async function deleteApp(deps: Deps, id: string, registry: OwnershipRegistry): Promise<void> {
  if (registry.keeps(id)) throw stillNeeded(id);
  deps.progress("deleting");
  try {
    await deps.api.deleteApp(id);
  } catch (error) {
    if (apiErrorKind(error) !== "notFound") throw error;
  }
}

function stillNeeded(id: string): RefusedError {
  return new RefusedError(
    `Did not delete the app ${id}: another resource of this stack has the same app, and needs it. The state names it twice: ` +
      "look up the URNs with `pulumi stack --show-urns`, drop the entry that is to go with `pulumi state delete <urn>`, " +
      "which leaves the app alone, and run `pulumi up` again.",
  );
}
