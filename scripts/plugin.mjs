// Builds the native plugin in plugin/: one file for the server, one for the worker threads of packaging, one for each HTTP library,
// the schema, and the licences of everything that is bundled. It only needs Node.js to run.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { schemaOf } from "./schema.mjs";
import { worker } from "./worker.mjs";

/** Loaded with the first request: the engine waits until the plugin has started, and these take a large part of the loading time. */
export const libraries = ["axios", "form-data"];

const separateLibraries = {
  name: "HTTP libraries in separate files",
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${libraries.join("|")})$`) }, ({ path, kind }) =>
      kind === "entry-point" ? undefined : { path: `./${path}.js`, external: true },
    );
  },
};

export async function buildPlugin(root) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const folder = join(root, "plugin");
  const { resolve } = createRequire(join(root, "package.json"));
  const entries = Object.fromEntries(libraries.map((name) => [name, resolve(name)]));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { server: "provider/engine/native/main.ts", worker: `${worker}.ts`, ...entries },
    outdir: folder,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    legalComments: "none",
    metafile: true,
    plugins: [separateLibraries],
    // gRPC only loads it for services that this server does not have.
    external: ["@grpc/proto-loader"],
    define: { __PLUGIN_VERSION__: JSON.stringify(version) },
    logLevel: "warning",
  });
  writeFileSync(join(folder, "LICENSES.txt"), licenses(root, Object.keys(metafile.inputs)));
  writeFileSync(join(folder, "schema.json"), `${JSON.stringify(schemaOf(root), undefined, 1)}\n`);
}

/** The licence of each bundled package. */
function licenses(root, inputs) {
  const folders = inputs.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []);
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
      const file = readdirSync(join(root, folder)).find((each) => /^(licen[cs]e|copying)/i.test(each));
      const text =
        file && existsSync(join(root, folder, file)) ? readFileSync(join(root, folder, file), "utf8") : "";
      return `${name} ${version} (${license})\n\n${text.trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
