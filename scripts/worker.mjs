// Bundles the program of packaging's worker threads into one file: a thread starts sooner than with a file for each module.
import { join } from "node:path";
import { build } from "esbuild";

export const worker = "provider/packaging/archive/worker";

/** Replaces the compiled program in `dist`. */
export async function bundleWorker(root, dist) {
  await build({
    absWorkingDir: root,
    entryPoints: [`${worker}.ts`],
    outfile: join(dist, `${worker}.js`),
    allowOverwrite: true,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
  });
}
