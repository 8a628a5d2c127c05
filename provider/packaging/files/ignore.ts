/** Ignore files, the always-left-out list and the argument `ignore`, as one question that prunes the walk. */
import { compileWildcards } from "./wildmatch";

/** Left out unless a `!pattern` of an ignore file or of `ignore` brings them back. */
export const alwaysLeftOut: readonly string[] = [
  ".git",
  "node_modules",
  "__pycache__",
  ".venv",
  "venv",
  ".pulumi",
  ".env*",
  "Pulumi*.yaml",
];

/** One line of an ignore file. */
interface Rule {
  /** A `!` stood before it: it brings back. */
  negated: boolean;
  foldersOnly: boolean;
  /** Without a slash inside, a pattern is matched against the last name of a path, else against all of it. */
  byName: boolean;
  matches(text: string): boolean;
}

/** The rules of one origin; those of `outer` count where these are silent. */
export interface Rules {
  /** Folder they stand in, as a path in the zip with a slash at its end; "" at the root. */
  base: string;
  rules: readonly Rule[];
  outer?: Rules;
}

export function parseIgnoreText(text: string): Rule[] {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return parsePatterns(lines.map((line) => line.replace(/\r$/, "")));
}

export function parsePatterns(lines: readonly string[]): Rule[] {
  return lines.flatMap((line) => (line.startsWith("#") ? [] : parseLine(withoutTrailingSpaces(line))));
}

/** What the innermost rules that speak of a path say: left out or not; undefined when none does. */
export function verdict(rules: Rules, path: string, isFolder: boolean): boolean | undefined {
  if (rules.rules.length === 0 && !rules.outer) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  for (let scope: Rules | undefined = rules; scope; scope = scope.outer) {
    const relative = path.slice(scope.base.length);
    const rule = scope.rules.findLast(
      (each) => (isFolder || !each.foldersOnly) && each.matches(each.byName ? name : relative),
    );
    if (rule) return !rule.negated;
  }
  return undefined;
}

// A space at the end counts only behind a backslash.
function withoutTrailingSpaces(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "\\") end = Math.min(++at + 1, line.length);
    else if (line[at] !== " ") end = at + 1;
  }
  return line.slice(0, end);
}

function parseLine(line: string): Rule[] {
  const negated = line.startsWith("!");
  const body = negated ? line.slice(1) : line;
  const foldersOnly = body.endsWith("/");
  const pattern = foldersOnly ? body.slice(0, -1) : body;
  if (pattern === "") return [];
  const byName = !pattern.includes("/");
  const matches = byName ? nameMatcher(pattern) : pathMatcher(pattern.replace(/^\//, ""));
  return matches ? [{ negated, foldersOnly, byName, matches }] : [];
}

type Matcher = (text: string) => boolean;

const special = /[*?[\\]/;

function nameMatcher(pattern: string): Matcher | undefined {
  if (!special.test(pattern)) return (name) => name === pattern;
  const tail = pattern.slice(1);
  if (pattern.startsWith("*") && !special.test(tail)) return (name) => name.endsWith(tail);
  return compileWildcards(pattern);
}

// Git compares what stands before the first wildcard by itself, and reads the rest as a pattern of its own:
// two stars right behind it open that pattern and so may take slashes, as in `lib**/x`.
function pathMatcher(pattern: string): Matcher | undefined {
  const wild = pattern.search(special);
  if (wild < 0) return (path) => path === pattern;
  const plain = pattern.slice(0, wild);
  const rest = compileWildcards(pattern.slice(wild));
  return rest && ((path) => path.startsWith(plain) && rest(path.slice(plain.length)));
}
