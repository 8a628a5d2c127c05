/** What check finds worth a word though it is no reason to stop. */
import type { Source } from "../packaging/files/types";
import { isUnknown } from "./unknowns";

const smallestMemoryMB = 256;

export function warningsOf(
  inputs: Readonly<Record<string, unknown>>,
  _source: Source | undefined,
  _isNew: boolean,
): string[] {
  const { memoryMB, appName } = inputs;
  const warnings: string[] = [];
  if (typeof memoryMB === "number" && memoryMB > 0 && memoryMB < smallestMemoryMB) {
    warnings.push(
      `memoryMB is ${memoryMB}; ${smallestMemoryMB} is the smallest amount that CamposCloud was seen to grant.`,
    );
  }
  if (typeof appName === "string" && !isUnknown(appName) && !/^[A-Za-z0-9_-]+$/.test(appName)) {
    warnings.push(
      `appName "${appName}" has characters other than ASCII letters, digits, - and _; CamposCloud was seen to fail on such names.`,
    );
  }
  return warnings;
}
