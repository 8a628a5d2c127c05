/** Guesses what the API does not tell of an app that is taken over by its id, so that an import has a program to begin with. */
import type { CheckedInputs } from "./state";

/** The inputs of an imported app, with a source and a main file that the user has to check. */
export function importedInputs(inputs: Partial<CheckedInputs>, resourceName: string): Partial<CheckedInputs> {
  return {
    source: `./${resourceName}`,
    mainFile: mainFileOf(inputs.startupCommand, inputs.runtimeEnvironment),
    waitForOnline: true,
    ...inputs,
  };
}

/** The API does not tell the main file; the usual commands end with it. */
export function mainFileOf(command: string | undefined, runtime: string | undefined): string {
  const last = command?.match(/^(?:node|python3?)\s+(?:-\S+\s+)*(\S+)$/)?.[1];
  return last ?? (runtime === "python" ? "main.py" : "index.js");
}
