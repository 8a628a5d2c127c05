/** Deletes an app; one that is gone already is deleted. */
import type { Deps } from "./deps";
import { apiErrorKind } from "./failures";

export async function deleteApp(deps: Deps, id: string): Promise<void> {
  deps.progress("deleting");
  try {
    await deps.api.deleteApp(id);
  } catch (error) {
    if (apiErrorKind(error) !== "notFound") throw error;
  }
}
