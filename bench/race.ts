/** Measures contenders one after another in each round, so that a busy moment affects all of them. */

export interface Race<T> {
  rounds: number;
  contenders: Record<string, () => Promise<T> | T>;
  /** Called after each round. */
  onRound?: (round: number) => void;
}

/** The samples by contender. An additional first round fills the file cache and does not count. */
export async function race<T>({ rounds, contenders, onRound }: Race<T>): Promise<Record<string, T[]>> {
  const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, [] as T[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const sample = await run();
      if (round > 0) samples[name]?.push(sample);
    }
    onRound?.(round);
  }
  return samples;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

/** The median of the ratios of each round, ours divided by theirs, so that a slow round does not count. */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, i) => value / (theirs[i] ?? Number.NaN)));
}
