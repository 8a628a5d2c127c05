// Compiles provider/ and emulator/ to dist/, bundles the program of the worker threads, copies the dashboard's page, and links
// the package into its own node_modules, so that the examples find it by name like any program that has installed it.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function compiler() {
  try {
    return createRequire(import.meta.url).resolve("typescript/bin/tsc");
  } catch {
    return undefined;
  }
}

function compile(tsc) {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const run = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}

function copyAssets() {
  const from = join(root, "emulator", "dashboard");
  if (existsSync(from)) {
    cpSync(from, join(root, "dist", "emulator", "dashboard"), {
      recursive: true,
      filter: (path) => !path.endsWith(".ts"),
    });
  }
  for (const program of ["emulator/cli.js", "provider/adopt/cli.js"])
    chmodSync(join(root, "dist", program), 0o755);
}

function linkSelf() {
  const link = join(root, "node_modules", "pulumi-camposcloud");
  const present = lstatSync(link, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() && readlinkSync(link) === "..") return;
  rmSync(link, { recursive: true, force: true });
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(process.platform === "win32" ? root : "..", link, "junction");
}

const tsc = compiler();
if (tsc) {
  compile(tsc);
  copyAssets();
  linkSelf();
  const { bundleWorker } = await import("./worker.mjs");
  await bundleWorker(root, join(root, "dist"));
  const { buildPlugin } = await import("./plugin.mjs");
  await buildPlugin(root);
} else if (!existsSync(join(root, "dist"))) {
  // `prepare` also runs where the package is linked without its own development dependencies.
  console.error(
    "pulumi-camposcloud: dist/ is missing and TypeScript is not installed; run `npm ci` in the package first.",
  );
  process.exit(1);
}
