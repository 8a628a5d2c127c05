/** What the argument `adopt` may take over: an app that exists, and that runs the main file which the program names. */
import type { App } from "../api/app";
import type { Api } from "./deps";
import { apiErrorKind, RefusedError } from "./failures";
import type { CheckedInputs } from "./state";

export async function appToAdopt(api: Api, id: string): Promise<App> {
  try {
    return await api.getApp(id);
  } catch (error) {
    if (apiErrorKind(error) !== "notFound") throw error;
    throw new RefusedError(
      `There is no app ${id} to adopt in this account. Check the argument \`adopt\`, or leave it out.`,
    );
  }
}

/** The API cannot change which file an app runs other than by its command, so a wrong `mainFile` would be a lie in the state. */
export function refuseOtherMainFile({ startupCommand, mainFile }: CheckedInputs, app: App): void {
  const command = app.startupCommand?.trim() ?? "";
  if (startupCommand !== undefined || command === "" || runsFile(command, mainFile)) return;
  throw new RefusedError(
    `Could not adopt the app ${app.id}: its command is ${JSON.stringify(command)}, which does not run the mainFile ` +
      `${JSON.stringify(mainFile)}. Set \`mainFile\` to the file that it runs, or set \`startupCommand\`: to ${JSON.stringify(command)} ` +
      "to keep the command, or to one that runs the file.",
  );
}

/** Whether a word of the command names the file, as a path or as a module of Python. */
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
