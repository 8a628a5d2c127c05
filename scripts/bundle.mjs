// `npm run bundle`: packs plugin/ into an archive per platform, as `pulumi plugin install` expects them. They differ only in their
// names: the plugin is JavaScript and only needs Node.js.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildPlugin, libraries } from "./plugin.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const programs = ["pulumi-resource-camposcloud", "pulumi-resource-camposcloud.cmd"];
const scripts = ["start", "server", "worker", ...libraries].map((name) => `${name}.js`);
const files = [...programs, ...scripts, "schema.json", "LICENSES.txt"];
const platforms = ["linux", "darwin", "windows"].flatMap((os) => [`${os}-amd64`, `${os}-arm64`]);

const block = 512;

/** A POSIX tar archive without times and owners, so that the same files give the same bytes. */
function tar(entries) {
  const parts = entries.flatMap(({ name, mode, content }) => {
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return [header({ name, mode, size: content.length }), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header({ name, mode, size }) {
  const bytes = Buffer.alloc(block);
  const octal = (value, at, length) =>
    bytes.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  bytes.write(name, 0, "utf8");
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.write("        0", 148, "latin1");
  bytes.write("ustar\u000000", 257, "latin1");
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return bytes;
}

await buildPlugin(root);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const contents = files.map((name) => [name, readFileSync(join(root, "plugin", name))]);
contents.push(["LICENSE", readFileSync(join(root, "LICENSE"))]);
const archive = gzipSync(
  tar(contents.map(([name, content]) => ({ name, content, mode: programs.includes(name) ? 0o755 : 0o644 }))),
  { level: 9 },
);
const folder = process.argv[2] ?? join(root, "bundles");
mkdirSync(folder, { recursive: true });
for (const platform of platforms) {
  const name = `pulumi-resource-camposcloud-v${version}-${platform}.tar.gz`;
  writeFileSync(join(folder, name), archive);
  console.log(`${join(folder, name)}: ${Math.round(archive.length / 1000)} kB`);
}
