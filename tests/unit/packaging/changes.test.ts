/** The short digests and the list of paths that the state keeps. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { foldFiles, packPaths, unpackPaths } from "../../../provider/lifecycle/file-digests";
import type { SourceFile } from "../../../provider/packaging/files/types";

function file(path: string, content = path, executable = false): SourceFile {
  return { path, executable, size: content.length, digest: Buffer.from(content.padEnd(32)).toString("hex") };
}

const files = (...paths: string[]) => paths.sort().map((path) => file(path));

const anyPaths = fc
  .uniqueArray(
    fc
      .array(fc.constantFrom("a", "b", "lib", "x.js", "é"), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join("/")),
    {
      maxLength: 80,
    },
  )
  .map((paths) => paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`))).sort());

describe("foldFiles", () => {
  it("lists each file while there are few", () => {
    const folded = foldFiles(files("a.js", "lib/b.js"));
    deepStrictEqual(Object.keys(folded), ["a.js", "lib/b.js"]);
    for (const digest of Object.values(folded)) ok(/^[0-9a-f]{12}$/.test(digest));
  });

  it("folds the deepest folders first, and of those the fullest", () => {
    const many = files("a", "x/b", "x/c", "x/y/d", "x/y/e", "x/z/f", "x/z/g", "x/z/h");
    deepStrictEqual(Object.keys(foldFiles(many, 7)), ["a", "x/b", "x/c", "x/y/d", "x/y/e", "x/z/"]);
    deepStrictEqual(Object.keys(foldFiles(many, 5)), ["a", "x/b", "x/c", "x/y/", "x/z/"]);
    deepStrictEqual(Object.keys(foldFiles(many, 4)), ["a", "x/"]);
    deepStrictEqual(Object.keys(foldFiles(files("a", "b", "c"), 2)), ["./"]);
  });

  it("does not fold a folder of one file, which would save nothing", () => {
    deepStrictEqual(Object.keys(foldFiles(files("x/y/only", "z/a", "z/b", "z/c"), 3)), ["x/y/only", "z/"]);
  });

  it("never gives more than the limit, covers every file once, and shows every change", () => {
    fc.assert(
      fc.property(anyPaths, fc.integer({ min: 1, max: 30 }), fc.nat(), (paths, limit, pick) => {
        const before = paths.map((path) => file(path));
        const folded = foldFiles(before, limit);
        const keys = Object.keys(folded);
        ok(keys.length <= limit);
        for (const path of paths) {
          strictEqual(
            keys.filter((key) => key === path || key === "./" || (key.endsWith("/") && path.startsWith(key)))
              .length,
            1,
          );
        }
        const changed = paths[pick % Math.max(paths.length, 1)];
        if (changed === undefined) return;
        const after = foldFiles(
          before.map((each) => (each.path === changed ? file(changed, "new") : each)),
          limit,
        );
        deepStrictEqual(Object.keys(after), keys);
        strictEqual(keys.filter((key) => folded[key] !== after[key]).length, 1);
      }),
    );
  });

  it("shows a change of the executable bit", () => {
    ok(foldFiles([file("a", "x", true)])["a"] !== foldFiles([file("a", "x", false)])["a"]);
  });

  it("keeps the state small for 10,000 files", () => {
    const many = Array.from(
      { length: 10_000 },
      (_, i) => `folder-${i % 300}/part-${i % 7}/some-file-name-${i}.js`,
    );
    ok(Object.keys(foldFiles(files(...many))).length <= 200);
  });
});

describe("packPaths and unpackPaths", () => {
  it("give any paths back, sorted", () => {
    const path = fc.string({ unit: "grapheme" }).filter((text) => !/[\n\p{Surrogate}]/u.test(text));
    fc.assert(
      fc.property(fc.uniqueArray(path), (paths) => {
        deepStrictEqual(unpackPaths(packPaths(paths)), [...paths].sort());
      }),
    );
  });

  it("keep characters outside the basic plane whole", () => {
    const paths = ["🚀", "🚁", "🚀🚀"];
    deepStrictEqual(unpackPaths(packPaths(paths)), [...paths].sort());
  });

  it("pack 10,000 paths into far less than 100 KB", () => {
    const paths = Array.from(
      { length: 10_000 },
      (_, i) => `src/${(i * 7919) % 997}/components/some-file-name-${i}.js`,
    );
    ok(packPaths(paths).length < 60_000);
  });

  it("hold no paths in an empty list", () => {
    deepStrictEqual(unpackPaths(packPaths([])), []);
  });
});
