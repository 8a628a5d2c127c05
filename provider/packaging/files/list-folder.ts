/** Lists a folder: which ignore files serve in it, and the walk from its root. */
import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Listing } from "./file-list";
import { alwaysLeftOut, parsePatterns, type Rules } from "./ignore";
import { walkFolder } from "./walk";
import type { Pace } from "./yield";

export interface Context {
  baseDir: string;
  listing: Listing;
  /** The argument `ignore`; its patterns are relative to the root of the zip. */
  strongest: Rules;
  pace: Pace;
}

/** Lists a folder under a prefix of the zip: "" or a path with a slash at its end. */
export async function listFolder(
  { absolute, prefix }: { absolute: string; prefix: string },
  { listing, strongest, pace }: Context,
): Promise<void> {
  const own = statSync(join(absolute, ".camposignore"), { throwIfNoEntry: false })?.isFile() ?? false;
  const ignoreFile = own ? ".camposignore" : ".gitignore";
  await walkFolder(
    { listing, ignoreFile, strongest, pace },
    {
      absolute,
      path: prefix,
      real: { real: realpathSync.native(absolute) },
      rules: { base: prefix, rules: leftOut },
    },
  );
}

const leftOut = parsePatterns(alwaysLeftOut);
