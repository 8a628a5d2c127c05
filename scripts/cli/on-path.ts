/** First way to a CLI: the `pulumi` that the user has installed. */
import { inspect, type Verdict } from "./inspect";
import type { Search, Way } from "./search";
import { holdsNpmStarter, pathFolders, programIn } from "./search-path";

/** Takes the first `pulumi` of the PATH, as a shell would, when it is new enough. */
export const onPath: Way = {
  name: "pulumi on the PATH",
  async find({ env }: Search): Promise<Verdict> {
    const bin = pathFolders(env).find(
      (folder) => programIn(folder, "pulumi") !== undefined && !holdsNpmStarter(folder),
    );
    return bin === undefined ? { reason: "none found" } : inspect(bin, env);
  },
};
