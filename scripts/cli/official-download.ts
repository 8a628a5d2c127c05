/** The second way to get a CLI: the official release, downloaded by the npm package `pulumi`. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Finding, inspect } from "./inspect";
import { beginJob } from "./progress";
import { runCommand } from "./run-command";
import type { Search, Way } from "./search";
import { CLI_VERSION } from "./versions";

/** A release is about 150 MB; on a slower connection the next way is faster. */
const WHOLE_DOWNLOAD_WITHIN_MS = 10 * 60_000;

/** Uses or downloads the release in `$PULUMI_HOME/versions`, which Pulumi's Automation API also uses. */
export const officialDownload: Way = {
  name: "the official download through the npm package pulumi",

  async find({ env }: Search): Promise<Finding> {
    return inspect(placeOf(env), env);
  },

  async obtain(search: Search): Promise<Finding> {
    const { env, output, starter } = search;
    if (!existsSync(starter)) return { reason: "the npm package pulumi is not installed (npm ci)" };
    const job = beginJob(`Downloading Pulumi ${CLI_VERSION}`, output);
    const { problem } = await runCommand({
      file: process.execPath,
      args: [starter, "version"],
      env: { ...env, PULUMI_VERSION: CLI_VERSION, PULUMI_SKIP_UPDATE_CHECK: "true" },
      firstLineWithinMs: search.firstAnswerWithinMs,
      withinMs: WHOLE_DOWNLOAD_WITHIN_MS,
    });
    job.end(problem ?? "done");
    return problem === undefined ? inspect(placeOf(env), env) : { reason: problem };
  },
};

function placeOf(env: NodeJS.ProcessEnv): string {
  const home = env["PULUMI_HOME"] || join(env["HOME"] || homedir(), ".pulumi");
  return join(home, "versions", CLI_VERSION, "bin");
}
