/** Finds similar names for "did you mean". */

const maxNames = 3;

/** Up to three of `names` with a similar spelling or the same file name as `wanted`, the most similar first. */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, distance: distance(wanted, name, allowed) }))
    .filter((candidate) => candidate.distance <= allowed)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, maxNames)
    .map((candidate) => candidate.name);
}

function distance(wanted: string, name: string, allowed: number): number {
  if (name === wanted) return 0;
  if (fileName(name).toLowerCase() === fileName(wanted).toLowerCase()) return 0.5;
  const lengths = [Math.abs(name.length - wanted.length), Math.abs(fileName(name).length - wanted.length)];
  if (Math.min(...lengths) > allowed) return Number.POSITIVE_INFINITY;
  const whole = edits(wanted.toLowerCase(), name.toLowerCase());
  return Math.min(whole, edits(wanted.toLowerCase(), fileName(name).toLowerCase()) + 0.5);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
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
