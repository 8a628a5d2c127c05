/** Provides the Pulumi CLI for the demo, the tests and `npm run pulumi`. */
import { join } from "node:path";
import { goBuild } from "./cli/go-build";
import type { FoundCli } from "./cli/inspect";
import { launcherFolder, packageFolder } from "./cli/launcher";
import { officialDownload } from "./cli/official-download";
import { onPath } from "./cli/on-path";
import type { Search, Way } from "./cli/search";
import { holdsNpmStarter, pathFolders, withPath } from "./cli/search-path";
import { OLDEST_CLI_VERSION } from "./cli/versions";

/** A working CLI and the environment to run it in. */
export interface PulumiCli extends FoundCli {
  /** The given environment with `bin` and the launcher of dynamic providers on its PATH. */
  env: NodeJS.ProcessEnv;
}

const WAYS: Way[] = [onPath, officialDownload, goBuild];

/**
 * Finds, downloads or builds a Pulumi CLI; see CONTRIBUTING.md for the three ways. The options default to the environment of
 * this process and to progress on stderr.
 * @throws Error that explains why each of the three ways failed.
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
    const finding = await way.find(search);
    if ("cli" in finding) return finding.cli;
    reasons.set(way.name, finding.reason);
  }
  for (const way of WAYS) {
    const finding = await way.obtain?.(search);
    if (finding === undefined) continue;
    if ("cli" in finding) return finding.cli;
    reasons.set(way.name, finding.reason);
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
  // The folder of a CLI on the PATH keeps its position: other programs in it must not take precedence over the user's.
  const first = others.includes(cli.bin) ? [] : [cli.bin];
  return {
    ...withPath(env, [...first, ...others, launcherFolder(), ...starters]),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
