/** Rows that compare our times with a rival's, round by round. */
import { median, medianRatio } from "./race";
import { type Row, time } from "./table";

interface Names {
  what: string;
  rival: string;
}

/** A comparison that explains another; no goal was set for it. */
export function against(ours: readonly number[], theirs: readonly number[], names: Names): Row {
  const result = `${medianRatio(ours, theirs).toFixed(2)}x`;
  return { ...names, ours: time(median(ours)), theirs: time(median(theirs)), result };
}

export function duel(
  ours: readonly number[],
  theirs: readonly number[],
  { goal, ...names }: Names & { goal: number },
): Row {
  const reached = medianRatio(ours, theirs) <= goal;
  return { ...against(ours, theirs, names), goal: `<= ${goal}x`, reached };
}
