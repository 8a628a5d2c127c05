/** What the two entry points of the compiled package load, which every preview waits for. */
import { deepStrictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join, relative, resolve, sep } from "node:path";

const root = resolve(__dirname, "../../..");

/** The packages, and our own modules (`provider/api`), that are loaded by requiring a file in `dist/provider`. */
function loadedBy(file: string): string[] {
  const entrance = join(root, "dist", "provider", file);
  const code = `require(${JSON.stringify(entrance)}); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const files: string[] = JSON.parse(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" }));
  // dist/provider/api/…, node_modules/axios/…, node_modules/@pulumi/…
  const names = files.map((path) => relative(root, path).split(sep).slice(1, 3));
  return [
    ...new Set(
      names.map(([first = "", second = ""]) => (first === "provider" ? `${first}/${second}` : first)),
    ),
  ];
}

describe("loading", () => {
  it("of the types and the class loads the SDK, but nothing that only the provider's process needs", () => {
    const ours = loadedBy("index.js").filter((name) => name.startsWith("provider/"));
    // Only the tables of fields and arguments from the API and the lifecycle.
    deepStrictEqual(ours.sort(), [
      "provider/api",
      "provider/index.js",
      "provider/lifecycle",
      "provider/resource",
    ]);
  });

  it("of the provider loads no HTTP library before the first request, and not the SDK", () => {
    const heavy = ["axios", "form-data", "jszip", "@pulumi", "@grpc", "google-protobuf"];
    const loaded = loadedBy("handlers.js");
    deepStrictEqual(
      loaded.filter((name) => heavy.includes(name)),
      [],
    );
  });
});
