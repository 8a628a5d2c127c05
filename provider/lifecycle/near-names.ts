/** Finds similar names for "did you mean". */

const maxNames = 3;

/** Up to three of `names` with a similar spelling or the same file name as `wanted`, the most similar first. */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, distance: distance(wanted, name, allowed) }))
    .filter((candidate) => candidate.distance <= allowed)
    .map((candidate) => ({ ...candidate, apart: foldersApart(wanted, candidate.name) }))
    .sort((a, b) => a.distance - b.distance || a.apart - b.apart || (a.name < b.name ? -1 : 1))
    .slice(0, maxNames)
    .map((candidate) => candidate.name);
}

function distance(given: string, candidate: string, allowed: number): number {
  const [wanted, name] = [given.toLowerCase(), candidate.toLowerCase()];
  if (name === wanted) return 0;
  const [wantedFile, file] = [fileName(wanted), fileName(name)];
  if (file === wantedFile) return 0.5;
  // Edits of a long path could otherwise replace the whole name of the file.
  if (extension(file) !== extension(wantedFile) && stem(file) !== stem(wantedFile))
    return Number.POSITIVE_INFINITY;
  const lengths = [Math.abs(name.length - wanted.length), Math.abs(file.length - wanted.length)];
  if (Math.min(...lengths) > allowed) return Number.POSITIVE_INFINITY;
  return Math.min(edits(wanted, name), edits(wanted, file) + 0.5);
}

/** How many folders there are between the folders of two paths. */
function foldersApart(a: string, b: string): number {
  const [one, other] = [a.split("/").slice(0, -1), b.split("/").slice(0, -1)];
  const differs = one.findIndex((folder, i) => folder !== other[i]);
  const common = differs < 0 ? one.length : differs;
  return one.length + other.length - 2 * common;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function stem(file: string): string {
  return file.replace(/\.[^.]*$/, "");
}

function extension(file: string): string {
  return file.slice(stem(file).length);
}

// Levenshtein distance.
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
