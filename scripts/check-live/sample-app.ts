/** The small app of `--write`: a web app without dependencies. */
import JSZip from "jszip";

const server = (text: string) =>
  `require("node:http").createServer((_, r) => r.end(${JSON.stringify(text)})).listen(process.env.PORT);\n`;

export const texts = { first: "first version", second: "second version" };

/** The files of its creation, including a dot file and one that a later zip does not have. */
export const firstFiles = {
  "index.js": server(texts.first),
  ".check-live": "a file with a dot",
  "old.txt": "old",
};

/** The files of its upload. */
export const secondFiles = { "index.js": server(texts.second), "new.txt": "new" };

export async function zipOf(files: Record<string, string>): Promise<Blob> {
  const zip = new JSZip();
  for (const [path, text] of Object.entries(files)) zip.file(path, text);
  const bytes = await zip.generateAsync({ type: "uint8array", compression: "DEFLATE" });
  return new Blob([new Uint8Array(bytes)], { type: "application/zip" });
}
