/** What tests need beside the CLI is made once and kept in the user's cache folder. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./build-lock";
import { cacheFolder, newBuildFolder, publish } from "./cache";
import type { Search } from "./search";

export interface KeptBuild {
  /** Of its folder in the cache, with all that another build differs in; the platform is added. */
  name: string;
  isIn(place: string): boolean;
  /** Makes it somewhere in `folder`, and answers which folder to keep. */
  build(folder: string): Promise<string>;
}

/** The folder of the build, which is made first when it is not there yet. */
export async function keep(
  { name, isIn, build }: KeptBuild,
  { env, output }: Pick<Search, "env" | "output">,
): Promise<string> {
  const place = join(cacheFolder(env), `${name}-${process.platform}-${process.arch}`);
  if (isIn(place)) return place;
  await withLock({
    // One for all: a build clears the remains of broken ones away.
    file: join(cacheFolder(env), "language-hosts.lock"),
    onWait: () => output.write(`  Another process is building a part for the tests; waiting for it.\n`),
    work: async () => {
      if (isIn(place)) return;
      const folder = newBuildFolder(env);
      try {
        publish(await build(folder), place);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  });
  return place;
}
