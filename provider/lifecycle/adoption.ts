/** Existing apps: which ones `adopt` may take over, the inputs of an import, and the main file in a command. */
import type { App } from "../api/app";
import type { Api } from "./deps";
import { apiErrorKind, RefusedError } from "./failures";
import type { ReadResult } from "./read";
import type { CheckedInputs } from "./state";

export async function appToAdopt(api: Api, id: string): Promise<App> {
  try {
    return await api.getApp(id);
  } catch (error) {
    if (apiErrorKind(error) !== "notFound") throw error;
    throw new RefusedError(
      `There is no app ${id} to adopt in this account. Check the argument \`adopt\`, or remove it.`,
    );
  }
}

/** Only the command determines which file an existing app runs, so a different `mainFile` would make the state wrong. */
export function refuseOtherMainFile({ startupCommand, mainFile }: CheckedInputs, app: App): void {
  const command = app.startupCommand?.trim() ?? "";
  if (startupCommand !== undefined || command === "" || runsFile(command, mainFile)) return;
  throw new RefusedError(
    `Could not adopt the app ${app.id}: its command is ${JSON.stringify(command)}, which does not run the mainFile ` +
      `${JSON.stringify(mainFile)}. Set \`mainFile\` to the file that it runs, or set \`startupCommand\` to ${JSON.stringify(command)} ` +
      "to keep the command, or to a command that runs the file.",
  );
}

/** Whether the command names the file, as a path or as a Python module. */
export function runsFile(command: string, mainFile: string): boolean {
  const words = command.split(/[\s"'=;&|]+/);
  const module = mainFile.replace(/\.py$/, "").replaceAll("/", ".");
  return words.some(
    (word, at) =>
      word.replace(/^(\.\/)+/, "") === mainFile ||
      (word.startsWith("/") && word.endsWith(`/${mainFile}`)) ||
      (words[at - 1] === "-m" && word === module),
  );
}

/** The file that the usual commands end with: `node index.js`, `python3 -u main.py`. Undefined for any other command. */
export function mainFileOf(command: string | undefined): string | undefined {
  return command?.trim().match(simpleCommand)?.[1];
}

const simpleCommand =
  /^(?:node|python3?)\s+(?:(?:--[\w-]+(?:=\S+)?|-[uOBEIsS]+)\s+)*([\w@./][\w@./-]*\.(?:[cm]?[jt]s|py))$/;

/** The inputs of an imported app. The API returns neither source nor main file; the user has to check these two. */
export function importedInputs({ inputs, state }: ReadResult, resourceName: string): Partial<CheckedInputs> {
  const usualMainFile = inputs.runtimeEnvironment === "python" ? "main.py" : "index.js";
  return {
    source: `./${resourceName}`,
    mainFile: mainFileOf(state.startupCommand) ?? usualMainFile,
    waitForOnline: true,
    ...inputs,
  };
}
