/** Random trees and random ignore patterns over the same few letters, so that they meet often. */
import type { Random } from "./random";

const names = [
  "a",
  "b",
  "ab",
  "ba",
  "abc",
  "a.b",
  "b.a",
  ".a",
  "a b",
  "é",
  "ü.a",
  "[a]",
  "a-b",
  "Q",
  "a]",
  "#a",
  "!b",
  "aab",
  "*",
  "build",
];
const special = ["node_modules", ".env", ".env.local", "venv", "Pulumi.dev.yaml"];

const pieces = [
  "a",
  "b",
  "c",
  "ab",
  ".",
  "-",
  "é",
  "Q",
  " ",
  "build",
  "*",
  "*",
  "*",
  "**",
  "**/",
  "/**",
  "/**/",
  "/",
  "/",
  "?",
  "***",
  "[ab]",
  "[!a]",
  "[^b]",
  "[a-c]",
  "[]a]",
  "[!]a]",
  "[a-]",
  "[-a]",
  "[c-a]",
  "[[:alpha:]]",
  "[[:digit:]b]",
  "[![:upper:]]",
  "[[:space:]]",
  "[[:punct:]]",
  "[[:nope:]]",
  "[[:alpha:]-z]",
  "[\\]a]",
  "[a\\-c]",
  "[é]",
  "[a",
  "[",
  "]",
  "[[:alpha:",
  "[a/b]",
  "[[a]",
  "\\a",
  "\\*",
  "\\?",
  "\\[",
  "\\ ",
  "\\",
  "\\\\",
  "\\!",
  "\\#",
  "\\/",
  "#",
  "!",
  "\t",
];

export function randomPaths(random: Random, count: number): string[] {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (let i = 0; i < count; i++) {
    const depth = 1 + random.whole(4);
    const parts = Array.from({ length: depth }, () => random.pick(random.whole(20) === 0 ? special : names));
    const above = parts.map((_, at) => parts.slice(0, at + 1).join("/")).slice(0, -1);
    const path = parts.join("/");
    if (folders.has(path) || above.some((folder) => files.has(folder))) continue;
    files.add(path);
    for (const folder of above) folders.add(folder);
  }
  return [...files];
}

export function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set([""]);
  for (const path of paths) {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1))
      folders.add(path.slice(0, at + 1));
  }
  return [...folders];
}

export function randomPattern(random: Random, paths: readonly string[]): string {
  const body = random.whole(3) === 0 ? blurred(random, random.pick(paths)) : piecedTogether(random);
  const before = random.pick(["", "", "", "", "!", "!", "/", "!/", "**/"]);
  const after = random.pick(["", "", "", "/", "/*", "/**", "*", " ", "\\ ", "\r"]);
  return before + body + after;
}

function piecedTogether(random: Random): string {
  return Array.from({ length: 1 + random.whole(4) }, () => random.pick(pieces)).join("");
}

/** A path that exists, with some of it replaced by wildcards. */
function blurred(random: Random, path: string): string {
  const end = random.whole(2) === 0 ? path.length : Math.max(1, path.lastIndexOf("/"));
  return [...path.slice(0, end)]
    .map((character) =>
      random.whole(5) === 0 ? random.pick(["*", "?", "**", "[!x]", character]) : character,
    )
    .join("");
}
