/** "Did you mean". */
import { deepStrictEqual } from "node:assert/strict";
import { nearNames } from "../../../provider/lifecycle/near-names";

const cases: [title: string, wanted: string, names: string[], near: string[]][] = [
  ["a typing mistake", "idnex.js", ["index.js", "lib/a.js", "package.json"], ["index.js"]],
  ["another case", "Main.py", ["main.py", "util.py"], ["main.py"]],
  ["a folder left out", "index.js", ["src/index.js", "src/other.js"], ["src/index.js"]],
  ["a folder too many", "src/index.js", ["index.js"], ["index.js"]],
  ["another ending", "index.js", ["index.ts", "README.md"], ["index.ts"]],
  [
    "the closest first, three at most",
    "app.js",
    ["apps.js", "ap.js", "app.js.map", "bapp.js", "app.ts"],
    ["ap.js", "app.ts", "apps.js"],
  ],
  [
    "the same path in another case before the same name elsewhere",
    "songs/Readme.md",
    ["README.md", "a/README.md", "b/README.md", "songs/README.md"],
    ["songs/README.md", "README.md", "a/README.md"],
  ],
  [
    "the same name in a near folder first",
    "index.js",
    ["a/deep/folder/index.js", "b/c/index.js", "d/index.js", "e/f/index.js"],
    ["d/index.js", "b/c/index.js", "e/f/index.js"],
  ],
  [
    "the same name in the same part of the tree first",
    "packages/web/main.js",
    ["main.js", "packages/api/main.js", "packages/web/src/main.js", "tools/x/main.js"],
    ["packages/web/src/main.js", "main.js", "packages/api/main.js"],
  ],
  [
    "that a long path does not make file names alike",
    "packages/web/main.js",
    ["packages/web/LICENSE", "packages/web/mian.js"],
    ["packages/web/mian.js"],
  ],
  ["nothing alike", "index.js", ["zzzzzz", "photo.png"], []],
  ["nothing to choose from", "index.js", [], []],
];

describe("nearNames", () => {
  for (const [title, wanted, names, near] of cases) {
    it(`knows ${title}`, () => {
      deepStrictEqual(nearNames(wanted, names), near);
    });
  }

  it("is quick with many names", () => {
    deepStrictEqual(
      nearNames("main.py", [...Array.from({ length: 60_000 }, (_, i) => `file-${i}.txt`), "mian.py"]),
      ["mian.py"],
    );
  });
});
