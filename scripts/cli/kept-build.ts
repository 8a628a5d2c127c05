/** Builds what tests need in addition to the CLI, once, and keeps it in the user's cache folder. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./build-lock";
import { cacheFolder, newBuildFolder, publish } from "./cache";
import type { Search } from "./search";

export interface KeptBuild {
  /** Name of its folder in the cache, different for each different build; the platform is appended. */
  name: string;
  isIn(place: string): boolean;
  /** Builds it somewhere in `folder`, and returns the folder to keep. */
  build(folder: string): Promise<string>;
}

/** Returns the folder of the build, after building it if it does not exist. */
export async function keep(
  { name, isIn, build }: KeptBuild,
  { env, output }: Pick<Search, "env" | "output">,
): Promise<string> {
  const place = join(cacheFolder(env), `${name}-${process.platform}-${process.arch}`);
  if (isIn(place)) return place;
  await withLock({
    // One lock for all of them, since each build removes the remains of interrupted ones.
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
