/** Packs a source and makes sure that it has not changed since the check: the state describes what is deployed. */
import type { Archive } from "../packaging/files/types";
import type { Deps } from "./deps";
import { RefusedError } from "./failures";
import { foldFiles } from "./file-digests";
import type { CheckedInputs } from "./state";

const maxNames = 10;

/** Throws before anything is sent if a file has changed since the check. */
export async function packChecked(
  deps: Pick<Deps, "pack">,
  inputs: CheckedInputs,
  extraFiles: Record<string, string> = {},
): Promise<Archive> {
  const archive = await deps.pack(inputs, extraFiles);
  if (archive.hash === inputs.sourceHash) return archive;
  const files = archive.files.filter(({ path }) => !Object.hasOwn(extraFiles, path));
  const names = changedNames(inputs.sourceFiles, foldFiles(files));
  await archive.dispose();
  throw new RefusedError(
    `The source changed after it was checked, and nothing was uploaded: ${names}. Wait until whatever writes to it, such as ` +
      "a build, has finished, and run `pulumi up` again.",
  );
}

function changedNames(checked: Record<string, string>, packed: Record<string, string>): string {
  const names = [...new Set([...Object.keys(checked), ...Object.keys(packed)])]
    .filter((name) => checked[name] !== packed[name])
    .sort();
  if (names.length === 0) return "its files are not the same as in the preview";
  const shown = names.slice(0, maxNames).join(", ");
  return names.length > maxNames ? `${shown} and ${names.length - maxNames} more` : shown;
}
