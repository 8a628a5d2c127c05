/** Asks git itself which files it would ignore. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alwaysLeftOut } from "../../../../provider/packaging/files/ignore";
import { tempFolder } from "./temp-tree";

export class GitOracle {
  readonly #gitDir = join(tempFolder(), "oracle.git");

  constructor() {
    this.#git(["init", "-q"], { workTree: tempFolder() });
    mkdirSync(join(this.#gitDir, "info"), { recursive: true });
    // git's weakest rules, as the always-left-out list is ours.
    writeFileSync(join(this.#gitDir, "info", "exclude"), `${alwaysLeftOut.join("\n")}\n`);
  }

  /** Of `paths`, those that `git check-ignore` names. */
  ignored(workTree: string, paths: readonly string[]): Set<string> {
    return this.#git(["check-ignore", "--no-index", "-z", "--stdin"], { workTree, input: paths.join("\0") });
  }

  /** The files that git would take up, with ignore files of another name and with patterns on the command line. */
  untracked(workTree: string, { ignoreFile, patterns }: { ignoreFile: string; patterns: readonly string[] }) {
    const excludes = patterns.map((pattern) => `--exclude=${pattern}`);
    const weakest = `--exclude-from=${join(this.#gitDir, "info", "exclude")}`;
    const perFolder = `--exclude-per-directory=${ignoreFile}`;
    return this.#git(["ls-files", "--others", "-z", weakest, perFolder, ...excludes], { workTree });
  }

  #git(args: readonly string[], { workTree, input }: { workTree: string; input?: string }): Set<string> {
    const nowhere = process.platform === "win32" ? "NUL" : "/dev/null";
    const env = {
      ...process.env,
      GIT_DIR: this.#gitDir,
      GIT_WORK_TREE: workTree,
      GIT_CONFIG_GLOBAL: nowhere,
      GIT_CONFIG_SYSTEM: nowhere,
    };
    const run = spawnSync("git", ["-c", "core.ignorecase=false", ...args], { cwd: workTree, env, input });
    // check-ignore answers 1 when nothing is ignored.
    if (run.error || (run.status ?? 2) > 1) throw run.error ?? new Error(run.stderr.toString());
    return new Set(run.stdout.toString("utf8").split("\0").filter(Boolean));
  }
}
