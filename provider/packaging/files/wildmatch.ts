/** Matches one gitignore pattern, byte by byte as git does, in at most quadratic time for any pattern and name. */

/**
 * A byte, a class of bytes, or a wildcard. `any` is one byte and `star` any number of them, neither a slash;
 * `folders` (two stars and a slash) is no folder, one, or more; `anything` (two stars) takes slashes too.
 */
type Token = number | ReadonlySet<number> | "any" | "star" | "folders" | "anything";

const slash = "/".charCodeAt(0);

/** Undefined: the pattern is malformed and matches nothing, as in git. */
export function compileWildcards(pattern: string): ((text: string) => boolean) | undefined {
  const tokens = tokenize(asBytes(pattern));
  return tokens && ((text) => matches(tokens, asBytes(text)));
}

// Git compares bytes: `?` is one byte of UTF-8. Latin-1 gives each byte a character of its own.
function asBytes(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return Buffer.from(text, "utf8").toString("latin1");
  }
  return text;
}

function tokenize(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const next = readToken(pattern, at);
    if (!next) return undefined;
    tokens.push(next.token);
    at = next.end;
  }
  return tokens;
}

interface Read<T> {
  token: T;
  end: number;
}

function readToken(pattern: string, at: number): Read<Token> | undefined {
  switch (pattern[at]) {
    case "\\":
      return at + 1 < pattern.length ? { token: pattern.charCodeAt(at + 1), end: at + 2 } : undefined;
    case "?":
      return { token: "any", end: at + 1 };
    case "*":
      return readStars(pattern, at);
    case "[":
      return readClass(pattern, at);
    default:
      return { token: pattern.charCodeAt(at), end: at + 1 };
  }
}

function readStars(pattern: string, at: number): Read<Token> {
  let end = at;
  while (pattern[end] === "*") end++;
  const opens = at === 0 || pattern[at - 1] === "/";
  const single = { token: "star", end } as const;
  if (end - at === 1 || !opens) return single;
  if (pattern[end] === "/") return { token: "folders", end: end + 1 };
  return end === pattern.length || pattern.startsWith("\\/", end) ? { token: "anything", end } : single;
}

const classes: Record<string, RegExp> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class of control characters consists of them
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

function readClass(pattern: string, open: number): Read<Token> | undefined {
  let at = open + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  const members = new Set<number>();
  let previous: number | undefined;
  // A bracket directly after the opening one is a member, so the first iteration does not check for it.
  do {
    const member = readMember({ pattern, at, previous, members });
    if (!member) return undefined;
    previous = member.token;
    at = member.end;
  } while (pattern[at] !== "]");
  return { token: finishClass(members, negated), end: at + 1 };
}

interface ClassSoFar {
  pattern: string;
  at: number;
  /** The previous member, if it may start a range. */
  previous: number | undefined;
  members: Set<number>;
}

function readMember({ pattern, at, previous, members }: ClassSoFar): Read<number | undefined> | undefined {
  const following = pattern[at + 1];
  if (pattern[at] === "-" && previous !== undefined && following !== undefined && following !== "]") {
    const last = readSingle(pattern, at + 1);
    if (last) for (let byte = previous; byte <= last.token; byte++) members.add(byte);
    return last && { token: undefined, end: last.end };
  }
  if (pattern.startsWith("[:", at)) {
    const close = pattern.indexOf("]", at + 2);
    if (close < 0) return undefined;
    if (close > at + 2 && pattern[close - 1] === ":") {
      return addNamed(pattern.slice(at + 2, close - 1), members)
        ? { token: undefined, end: close + 1 }
        : undefined;
    }
  }
  const single = readSingle(pattern, at);
  if (single) members.add(single.token);
  return single;
}

function readSingle(pattern: string, at: number): Read<number> | undefined {
  const position = pattern[at] === "\\" ? at + 1 : at;
  return position < pattern.length ? { token: pattern.charCodeAt(position), end: position + 1 } : undefined;
}

function addNamed(name: string, members: Set<number>): boolean {
  const named = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (!named) return false;
  for (let byte = 0; byte < 128; byte++) if (named.test(String.fromCharCode(byte))) members.add(byte);
  return true;
}

// A class never matches a slash, even if its members contain one.
function finishClass(members: Set<number>, negated: boolean): Set<number> {
  const result = negated ? new Set<number>() : members;
  if (negated) for (let byte = 1; byte < 256; byte++) if (!members.has(byte)) result.add(byte);
  result.delete(slash);
  return result;
}

/** A wildcard that may match more of the text. */
interface Retry {
  /** The token after it. */
  token: number;
  /** Where that token was last tried. */
  at: number;
  /** Where to try it next; undefined if the wildcard cannot match more. */
  next(text: string, at: number): number | undefined;
}

// Only the last star and the last double star need to be tried again: what follows an earlier one was found at the first possible
// position, and a later position allows no match that the first does not.
function matches(tokens: readonly Token[], text: string): boolean {
  let lastStar: Retry | undefined;
  let lastDouble: Retry | undefined;
  let token = 0;
  let at = 0;
  while (token < tokens.length || at < text.length) {
    const wanted = tokens[token];
    if (wanted === "star") {
      lastStar = { token: ++token, at, next: pastCharacter };
    } else if (wanted === "folders" || wanted === "anything") {
      lastStar = undefined;
      lastDouble = { token: ++token, at, next: wanted === "folders" ? pastFolder : pastAnything };
    } else if (wanted !== undefined && accepts(wanted, text.charCodeAt(at))) {
      token++;
      at++;
    } else {
      const longer = extend(lastStar, text) ?? extend(lastDouble, text);
      if (!longer) return false;
      if (longer === lastDouble) lastStar = undefined;
      ({ token, at } = longer);
    }
  }
  return true;
}

// Past the end of the text the code is NaN, which nothing accepts.
function accepts(token: number | ReadonlySet<number> | "any", byte: number): boolean {
  if (typeof token === "number") return token === byte;
  return token === "any" ? byte >= 0 && byte !== slash : token.has(byte);
}

function extend(retry: Retry | undefined, text: string): Retry | undefined {
  const at = retry?.next(text, retry.at);
  if (!retry || at === undefined) return undefined;
  retry.at = at;
  return retry;
}

function pastCharacter(text: string, at: number): number | undefined {
  return at < text.length && text.charCodeAt(at) !== slash ? at + 1 : undefined;
}

function pastFolder(text: string, at: number): number | undefined {
  const end = text.indexOf("/", at);
  return end < 0 ? undefined : end + 1;
}

function pastAnything(text: string, at: number): number | undefined {
  return at < text.length ? at + 1 : undefined;
}
