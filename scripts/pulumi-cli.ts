/** Makes sure of a Pulumi CLI: the demo, the tests and `npm run pulumi` all get theirs here. */
import { join } from "node:path";
import { goBuild } from "./cli/go-build";
import type { FoundCli } from "./cli/inspect";
import { launcherFolder, packageFolder } from "./cli/launcher";
import { officialDownload } from "./cli/official-download";
import { onPath } from "./cli/on-path";
import type { Search, Way } from "./cli/search";
import { holdsNpmStarter, pathFolders, withPath } from "./cli/search-path";
import { OLDEST_CLI_VERSION } from "./cli/versions";

/** A CLI that runs, and the environment to run it in. */
export interface PulumiCli extends FoundCli {
  /** The given environment with `bin` and the launcher of dynamic providers on its PATH. */
  env: NodeJS.ProcessEnv;
}

const WAYS: Way[] = [onPath, officialDownload, goBuild];

/**
 * Finds a Pulumi CLI, else downloads it, else builds it; see CONTRIBUTING.md for the three ways. The options default to
 * this process's environment and to progress on stderr.
 * @throws Error that names the three ways and what became of each.
 */
export async function ensurePulumi(options: Partial<Search> = {}): Promise<PulumiCli> {
  const search: Search = {
    env: process.env,
    output: process.stderr,
    starter: join(packageFolder("pulumi"), "run.js"),
    firstAnswerWithinMs: 8_000,
    ...options,
  };
  const cli = await findOrObtain(search);
  return { ...cli, env: environmentFor(cli, search.env) };
}

async function findOrObtain(search: Search): Promise<FoundCli> {
  const reasons = new Map<string, string>();
  for (const way of WAYS) {
    const verdict = await way.find(search);
    if ("cli" in verdict) return verdict.cli;
    reasons.set(way.name, verdict.reason);
  }
  for (const way of WAYS) {
    const verdict = await way.obtain?.(search);
    if (verdict === undefined) continue;
    if ("cli" in verdict) return verdict.cli;
    reasons.set(way.name, verdict.reason);
  }
  throw new Error(complaint(reasons));
}

function complaint(reasons: Map<string, string>): string {
  const tried = [...reasons].map(([way, reason], index) => `  ${index + 1}. ${way}: ${reason}`);
  return [
    "There is no usable Pulumi CLI. Tried three ways:",
    ...tried,
    `Install Pulumi ${OLDEST_CLI_VERSION} or newer, or let this machine reach Pulumi's download site, or install Go 1.25.11 or newer; then try again.`,
  ].join("\n");
}

function environmentFor(cli: FoundCli, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folders = pathFolders(env);
  const starters = folders.filter(holdsNpmStarter);
  const others = folders.filter((folder) => !starters.includes(folder));
  // A CLI of the PATH keeps its place: its folder may hold other programs that must not come before the user's own.
  const first = others.includes(cli.bin) ? [] : [cli.bin];
  return {
    ...withPath(env, [...first, ...others, launcherFolder(), ...starters]),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
