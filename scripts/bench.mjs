// Compiles the package as it is published, into a folder of its own, and measures it: `npm run bench`.
// `npm run bench -- pack digest` runs the named groups only and leaves docs/benchmarks.md as it is.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPlugin } from "./plugin.mjs";
import { bundleWorker } from "./worker.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const built = join(root, "node_modules", ".cache", "camposcloud-bench", "package");
const require = createRequire(import.meta.url);

function run(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(built, { recursive: true, force: true });
mkdirSync(built, { recursive: true });
cpSync(join(root, "package.json"), join(built, "package.json"));
run([require.resolve("typescript/bin/tsc"), "-p", join("bench", "tsconfig.json")]);
await bundleWorker(root, join(built, "dist"));
await buildPlugin(root);
run(["-r", "ts-node/register/transpile-only", join("bench", "run.ts"), built, ...process.argv.slice(2)]);
