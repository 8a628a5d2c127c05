/**
 * Which paths are ignored: ignore files, the list of what is always left out, and the argument `ignore`.
 * The matcher is our own, since the usual library differs from git in one of ten random tests.
 */
import { compileWildcards } from "./wildmatch";

/** Left out at any depth. `.git` cannot be included; the others can, by a `!pattern` that names them without a wildcard. */
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
  /** As written, and its line, counted from 1. */
  pattern: string;
  line: number;
  /** It starts with `!`: it includes what it matches. */
  negated: boolean;
  foldersOnly: boolean;
  /** A pattern without a slash inside is matched against the last name of a path, others against the whole path. */
  byName: boolean;
  /** Its last name has no wildcard. */
  literal: boolean;
  matches(text: string): boolean;
}

/** The rules of one origin; where none matches, those of `outer` apply. */
export interface Rules {
  /** The ignore file, as a path in the zip; undefined for the argument `ignore`. */
  file?: string;
  /** The folder that they are in, as a path in the zip with a trailing slash; "" at the root. */
  base: string;
  rules: readonly Rule[];
  outer?: Rules;
}

/** No rules, for a source without ignore files. */
export const noRules: Rules = { base: "", rules: [] };

/** Why a path is ignored. */
export interface IgnoringRule {
  origin: "file" | "argument" | "always";
  /** The ignore file as a path in the source; "ignore" for the argument, and "" for what is always left out. */
  file: string;
  /** From 1; of the argument, the number of the pattern. 0 for what is always left out. */
  line: number;
  pattern: string;
}

/** A pattern that includes a path of the source again. A folder has a trailing slash. */
export function inclusionOf(path: string): string {
  return `!/${path.replace(/[\\*?[]/g, "\\$&")}`;
}

export function parseIgnoreText(text: string): Rule[] {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return parsePatterns(lines.map((line) => line.replace(/\r$/, "")));
}

export function parsePatterns(lines: readonly string[]): Rule[] {
  return lines.flatMap((text, index) =>
    text.startsWith("#") ? [] : parseLine(withoutTrailingSpaces(text), index + 1),
  );
}

/** The rule that leaves a path out; undefined for a path that is included. `scopes`: the one that takes precedence first. */
export function ignoringRule(
  path: string,
  isFolder: boolean,
  scopes: readonly Rules[],
): IgnoringRule | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const always = alwaysPattern(name);
  const never = always === ".git";
  for (const rules of never ? [] : scopes) {
    // Wildcards that include everything, such as those of an allow list, do not include what is always left out.
    const found = lastMatch(rules, { path, name, isFolder, literalOnly: always !== undefined });
    if (found?.rule.negated) return undefined;
    if (found && always === undefined) return describe(found);
    if (found) break;
  }
  return always === undefined ? undefined : { origin: "always", file: "", line: 0, pattern: always };
}

function alwaysPattern(name: string): string | undefined {
  if (literalNames.has(name)) return name;
  if (name.startsWith(".env")) return ".env*";
  return name.startsWith("Pulumi") && name.endsWith(".yaml") ? "Pulumi*.yaml" : undefined;
}

const literalNames = new Set(alwaysLeftOut.filter((pattern) => !pattern.includes("*")));

interface Question {
  path: string;
  name: string;
  isFolder: boolean;
  /** Rules that include by a wildcard do not count. */
  literalOnly: boolean;
}

interface Match {
  rule: Rule;
  rules: Rules;
}

function lastMatch(rules: Rules, { path, name, isFolder, literalOnly }: Question): Match | undefined {
  for (let scope: Rules | undefined = rules; scope; scope = scope.outer) {
    if (scope.rules.length === 0) continue;
    const relative = composed(path.slice(scope.base.length));
    const last = composed(name);
    const rule = scope.rules.findLast(
      (each) =>
        (isFolder || !each.foldersOnly) &&
        !(literalOnly && each.negated && !each.literal) &&
        each.matches(each.byName ? last : relative),
    );
    if (rule) return { rule, rules: scope };
  }
  return undefined;
}

function describe({ rule: { pattern, line }, rules: { file } }: Match): IgnoringRule {
  if (file === undefined) return { origin: "argument", file: "ignore", line, pattern };
  return { origin: "file", file, line, pattern };
}

// Editors write "é" as one character, macOS may store it as two: a pattern applies to both.
function composed(text: string): string {
  return notAscii.test(text) ? text.normalize("NFC") : text;
}

const notAscii = /[^\0-\x7f]/;

// A trailing space only counts after a backslash.
function withoutTrailingSpaces(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "\\") end = Math.min(++at + 1, line.length);
    else if (line[at] !== " ") end = at + 1;
  }
  return line.slice(0, end);
}

function parseLine(text: string, line: number): Rule[] {
  const negated = text.startsWith("!");
  const body = composed(negated ? text.slice(1) : text);
  const foldersOnly = body.endsWith("/");
  const pattern = foldersOnly ? body.slice(0, -1) : body;
  if (pattern === "") return [];
  const byName = !pattern.includes("/");
  const literal = !/[*?[]/.test(pattern.slice(pattern.lastIndexOf("/") + 1));
  const matches = byName ? nameMatcher(pattern) : pathMatcher(pattern.replace(/^\//, ""));
  return matches ? [{ pattern: text, line, negated, foldersOnly, byName, literal, matches }] : [];
}

type Matcher = (text: string) => boolean;

const special = /[*?[\\]/;

function nameMatcher(pattern: string): Matcher | undefined {
  if (!special.test(pattern)) return (name) => name === pattern;
  const tail = pattern.slice(1);
  if (pattern.startsWith("*") && !special.test(tail)) return (name) => name.endsWith(tail);
  return compileWildcards(pattern);
}

// Git compares what precedes the first wildcard separately, and treats the rest as a pattern of its own: two stars at the start of
// that pattern may match slashes, as in `lib**/x`.
function pathMatcher(pattern: string): Matcher | undefined {
  const wild = pattern.search(special);
  if (wild < 0) return (path) => path === pattern;
  const plain = pattern.slice(0, wild);
  const rest = compileWildcards(pattern.slice(wild));
  return rest && ((path) => path.startsWith(plain) && rest(path.slice(plain.length)));
}
