/** The first way to get a CLI: the `pulumi` that the user has installed. */
import { type Finding, inspect } from "./inspect";
import type { Search, Way } from "./search";
import { holdsNpmStarter, pathFolders, programIn } from "./search-path";

/** Uses the first `pulumi` on the PATH, as a shell would, if it is new enough. */
export const onPath: Way = {
  name: "pulumi on the PATH",
  async find({ env }: Search): Promise<Finding> {
    const bin = pathFolders(env).find(
      (folder) => programIn(folder, "pulumi") !== undefined && !holdsNpmStarter(folder),
    );
    return bin === undefined ? { reason: "none found" } : inspect(bin, env);
  },
};
