/** The rules for names: refuses those that are unsafe in a zip or that some systems cannot store. */
import { type Problems, quote, SourceError } from "./source-error";

/** Refuses an unsafe name of a file or folder. `path` is the whole path, for the error. */
export function checkName(name: string, path: string): void {
  const reason = fault(name);
  if (!reason) return;
  const message = `The name ${quote(path)} cannot go into a zip safely: it ${reason}. ${rename}`;
  throw new SourceError("unsafe-name", path, message);
}

const rename = "Rename it, or leave it out with `ignore`.";

function fault(name: string): string | undefined {
  if (name === "" || name === "." || name === "..") return `has a part ${quote(name)}`;
  if (name.includes("\\")) return "has a backslash";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this searches for
  if (/[\x00-\x1f\x7f]/.test(name)) return "has a control character";
  return /\p{Surrogate}/u.test(name) ? "is not valid Unicode" : undefined;
}

/**
 * The parts of a path in the zip. Refuses a path that is absolute or leaves its folder, and unsafe names; accepts a trailing
 * slash, `./` and doubled slashes.
 */
export function safeParts(path: string): string[] {
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) {
    const message = `The path ${quote(path)} is absolute. Give it relative to the root of the app.`;
    throw new SourceError("unsafe-name", path, message);
  }
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  for (const part of parts) checkName(part, path);
  return parts;
}

/** A character that `fold` may change; one of two names that clash contains one. */
const foldable = /[^\0-@[-~]/;

/** Reports names in one folder that differ only in case or in the composition of accents. */
export function refuseSameNames(
  entries: readonly { name: string; path: string }[],
  problems: Problems,
): void {
  if (!entries.some(({ name }) => foldable.test(name))) return;
  const seen = new Map<string, string>();
  for (const { name, path } of entries) {
    const key = fold(name);
    const earlier = seen.get(key);
    if (earlier !== undefined) problems.add(clash(path, differsFrom(path, earlier)));
    else seen.set(key, path);
  }
}

/** Refuses two paths that are the same on systems that ignore case or the composition of accents. */
export class PathClashes {
  readonly #seen = new Map<string, { path: string; isFolder: boolean }>();

  /** Paths with the same key are the same; by default those that differ only in case or composition. */
  constructor(private readonly keyOf: (path: string) => string = fold) {}

  /** A file or an empty folder, and the folders that contain it. */
  addWithFolders(path: string, isFolder = false): void {
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1))
      this.add(path.slice(0, end), true);
    this.add(path, isFolder);
  }

  // Only folders may occur again.
  private add(path: string, isFolder: boolean): void {
    const key = this.keyOf(path);
    const earlier = this.#seen.get(key);
    if (!earlier) this.#seen.set(key, { path, isFolder });
    else if (earlier.path !== path) throw clash(path, differsFrom(path, earlier.path));
    else if (!isFolder || !earlier.isFolder) throw clash(path, "occurs twice");
  }
}

function differsFrom(path: string, earlier: string): string {
  if (path.normalize("NFC") !== earlier.normalize("NFC")) return `and ${quote(earlier)} differ only in case`;
  const forms = `${escaped(path)} and ${escaped(earlier)}`;
  return `occurs in two Unicode forms that look the same (${forms})`;
}

/** With escapes for all characters that are not ASCII, to distinguish names that look the same. */
function escaped(path: string): string {
  const unit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `"${path.replace(/[^ -~]/g, unit)}"`;
}

function clash(path: string, problem: string): SourceError {
  return new SourceError(
    "clash",
    path,
    `${quote(path)} ${problem}: some systems cannot store both. ${rename}`,
  );
}

function fold(path: string): string {
  const lower = path.toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, where normalization changes nothing
  return /^[\x00-\x7f]*$/.test(lower) ? lower : lower.normalize("NFC");
}
