// Builds what the native plugin in plugin/ runs: one file for the server, one for the packaging's worker threads, one for each
// library of HTTP, the schema, and the licences of what went into them. Nothing else is needed to run it but Node.js.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { schemaOf } from "./schema.mjs";

const worker = "provider/packaging/archive/worker.ts";

/** Loaded with the first request: the engine waits for the port, and to read these takes as long as much of the rest. */
export const libraries = ["axios", "form-data"];

const apart = {
  name: "libraries of HTTP in files of their own",
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
    entryPoints: { server: "provider/engine/native/main.ts", worker, ...entries },
    outdir: folder,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    legalComments: "none",
    metafile: true,
    plugins: [apart],
    // What gRPC loads for services that this server does not offer.
    external: ["@grpc/proto-loader"],
    define: { __PLUGIN_VERSION__: JSON.stringify(version) },
    logLevel: "warning",
  });
  writeFileSync(join(folder, "LICENSES.txt"), licenses(root, Object.keys(metafile.inputs)));
  writeFileSync(join(folder, "schema.json"), `${JSON.stringify(schemaOf(root), undefined, 1)}\n`);
}

/** The licence of each package that is part of the files. */
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
