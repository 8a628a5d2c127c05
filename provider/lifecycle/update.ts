/** Brings an existing app to what the program wants, with the fewest calls, and goes on where an earlier operation broke off. */
import { diff } from "./diff";
import { Work, type WorkOptions } from "./operation";
import { planSteps } from "./plan";
import type { AppState, SavedState, Step } from "./state";
import { learnAddress, runStep } from "./update-steps";

export interface UpdateOptions extends WorkOptions {
  id: string;
  saved: SavedState;
}

/** Throws `Incomplete` when a step fails: the steps before it are recorded, it and the rest stay pending. */
export async function update(options: UpdateOptions): Promise<AppState> {
  const { saved, inputs } = options;
  const pending = saved.deployment?.pending ?? [];
  const steps = planSteps({ change: diff(saved, { ...inputs }), inputs, pending });
  const work = Work.existing(options, options.id, saved);
  work.restartNeeded = pending.includes("power");
  work.revive = pending.includes("wait");
  await runSteps(work, steps);
  return work.finished();
}

export async function runSteps(work: Work, steps: readonly Step[]): Promise<void> {
  for (const [index, step] of steps.entries()) {
    try {
      await runStep[step](work);
    } catch (error) {
      throw work.incomplete(error, steps.slice(index));
    }
  }
  if (steps.length === 0) return;
  try {
    await learnAddress(work);
  } catch (error) {
    throw work.incomplete(error, ["wait"]);
  }
}
