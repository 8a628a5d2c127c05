/** camposcloud.config, as people write it. */
import { deepStrictEqual } from "node:assert/strict";
import { parseConfig } from "../../../provider/packaging/files/config-file";

const cases: [title: string, text: string, values: object, problems?: object[]][] = [
  ["is empty", "", {}],
  [
    "has values",
    "MAIN=a.js\nMEMORY=256",
    { MAIN: { value: "a.js", line: 1 }, MEMORY: { value: "256", line: 2 } },
  ],
  ["has comments and blank lines", "# MAIN=x\n\n  # y\nMAIN=a", { MAIN: { value: "a", line: 4 } }],
  [
    "comes from Windows",
    "\uFEFFMAIN=a.js\r\nRUNTIME=nodejs\r\n",
    { MAIN: { value: "a.js", line: 1 }, RUNTIME: { value: "nodejs", line: 2 } },
  ],
  [
    "has quotes",
    `STARTUP="node a.js"\nMAIN='b'`,
    { STARTUP: { value: "node a.js", line: 1 }, MAIN: { value: "b", line: 2 } },
  ],
  ["has quotes inside a value", `STARTUP=node -e "1"`, { STARTUP: { value: `node -e "1"`, line: 1 } }],
  ["has spaces and small letters", " main =  a b.js ", { MAIN: { value: "a b.js", line: 1 } }],
  ["has equals signs in a value", "STARTUP=A=1 node x", { STARTUP: { value: "A=1 node x", line: 1 } }],
  ["has keys of other meaning", "VERSION=2\nDESCRIPTION=x\nconstructor=y", {}],
  ["has keys without a value", "STARTUP=\nMAIN=", {}],
  [
    "has every key",
    "DISPLAY_NAME=a\nAUTORESTART=true",
    { DISPLAY_NAME: { value: "a", line: 1 }, AUTORESTART: { value: "true", line: 2 } },
  ],
  [
    "has a key twice",
    "MAIN=a\nMAIN=b",
    { MAIN: { value: "a", line: 1 } },
    [{ line: 2, problem: "MAIN is already set on line 1. Delete one of the two." }],
  ],
  [
    "has a line of no meaning",
    "MAIN=a\nhello\n=x",
    { MAIN: { value: "a", line: 1 } },
    [
      { line: 2, problem: "this is not KEY=VALUE. Start a comment with #." },
      { line: 3, problem: "this is not KEY=VALUE. Start a comment with #." },
    ],
  ],
];

describe("parseConfig", () => {
  for (const [title, text, values, problems] of cases) {
    it(`reads a text that ${title}`, () => {
      deepStrictEqual(parseConfig(text), { values, problems: problems ?? [] });
    });
  }
});
