/** Updates an existing app with the fewest calls, and resumes where an earlier operation failed. */
import { learnAddress } from "./await-ready";
import { diff } from "./diff";
import { Operation, type OperationOptions } from "./operation";
import { planSteps } from "./plan";
import type { AppState, SavedState, Step } from "./state";
import { runStep } from "./update-steps";

export interface UpdateOptions extends OperationOptions {
  id: string;
  saved: SavedState;
}

/** Throws `IncompleteError` if a step fails: the steps before it are recorded, it and the rest stay pending. */
export async function update(options: UpdateOptions): Promise<AppState> {
  const { saved, inputs } = options;
  const pending = saved.deployment?.pending ?? [];
  const steps = planSteps({ change: diff(saved, { ...inputs }), inputs, pending });
  const operation = Operation.existing(options, options.id, saved);
  operation.restartNeeded = pending.includes("power");
  operation.revive = pending.includes("wait");
  await runSteps(operation, steps);
  return operation.finished();
}

export async function runSteps(operation: Operation, steps: readonly Step[]): Promise<void> {
  for (const [index, step] of steps.entries()) {
    try {
      await runStep[step](operation);
    } catch (error) {
      throw operation.incomplete(error, steps.slice(index));
    }
  }
  if (steps.length === 0) return;
  try {
    await learnAddress(operation);
  } catch (error) {
    throw operation.incomplete(error, ["wait"]);
  }
}
