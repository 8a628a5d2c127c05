/** What check finds worth a word though it is no reason to stop. */
import type { Source } from "../packaging/files/types";
import { isUnknown } from "./values";

const smallestMemoryMB = 256;
/** From here on an upload takes minutes and is seldom meant. */
const largeBytes = 100 * 1024 * 1024;
const largeFiles = 20_000;

type Inputs = Readonly<Record<string, unknown>>;

/** One line each. */
export function warningsOf(inputs: Inputs, source: Source | undefined): string[] {
  const aboutSource = source ? [...source.warnings, ...sizeWarnings(source)] : [];
  return [...settingsWarnings(inputs), ...aboutSource];
}

/** Told when an app is about to be created: what it may turn out to miss. */
export function leftOutNotes({ leftOut }: Source): string[] {
  const { count, tracked, examples } = leftOut();
  if (count === 0) return [];
  const more = count > examples.length ? ", …" : "";
  const inGit = tracked === 0 ? "" : ` ${tracked} tracked by git.`;
  return [
    `Ignore files leave out ${count} ${count === 1 ? "path" : "paths"} of the source: ${examples.join(", ")}${more}.${inGit} ` +
      "If the app needs one, bring it back with a !pattern in the argument `ignore`.",
  ];
}

function settingsWarnings({ memoryMB, appName, startupCommand }: Inputs): string[] {
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
  if (typeof startupCommand === "string" && /--env-file[= ]/.test(startupCommand)) {
    warnings.push(
      "startupCommand reads an --env-file, and .env files are not uploaded: give the variables as `environmentVariables` instead.",
    );
  }
  return warnings;
}

function sizeWarnings({ bytes, files, largestFolders }: Source): string[] {
  if (bytes <= largeBytes && files.length <= largeFiles) return [];
  const folders = largestFolders().map(
    (folder) => `${folder.path} (${megabytes(folder.bytes)}, ${folder.files} files)`,
  );
  const where = folders.length === 0 ? "" : ` The largest folders are ${folders.join(", ")}.`;
  return [
    `The source has ${megabytes(bytes)} in ${files.length} files.${where} Leave out with an ignore file or the argument \`ignore\` what the app does not need.`,
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
