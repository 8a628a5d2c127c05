/** Judges whether a folder holds a Pulumi CLI that can run this repository's programs. */
import { execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { pathFolders, programIn } from "./search-path";
import { isAtLeast, OLDEST_CLI_VERSION } from "./versions";

/** A Pulumi CLI that answered. */
export interface FoundCli {
  /** The folder that holds `pulumi`. */
  bin: string;
  /** The path of the program. */
  pulumi: string;
  /** As it prints it, without the leading v. */
  version: string;
}

/** What a way of getting a CLI came to. */
export type Verdict = { cli: FoundCli } | { reason: string };

const LANGUAGE_HOST = "pulumi-language-nodejs";
const ANSWER_WITHIN_MS = 30_000;

/** Runs `pulumi version` of the folder and looks for the language host beside it, then on the PATH. */
export async function inspect(bin: string, env: NodeJS.ProcessEnv): Promise<Verdict> {
  const pulumi = programIn(bin, "pulumi");
  if (pulumi === undefined) return { reason: `no pulumi in ${bin}` };
  const version = await versionOf(pulumi, env);
  if (version === undefined) return { reason: `${pulumi} does not tell its version` };
  if (!isAtLeast(version, OLDEST_CLI_VERSION)) {
    return { reason: `${pulumi} is ${version}, older than ${OLDEST_CLI_VERSION}` };
  }
  // The engine looks for its plugins beside the real program, links followed, and on the PATH.
  const folders = [dirname(realpathSync(pulumi)), bin, ...pathFolders(env)];
  if (!folders.some((folder) => programIn(folder, LANGUAGE_HOST) !== undefined)) {
    return { reason: `${pulumi} has no ${LANGUAGE_HOST} beside it or on the PATH` };
  }
  return { cli: { bin, pulumi, version } };
}

async function versionOf(pulumi: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(pulumi, ["version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: ANSWER_WITHIN_MS,
    });
    return stdout.trim().replace(/^v/, "");
  } catch {
    return undefined;
  }
}
