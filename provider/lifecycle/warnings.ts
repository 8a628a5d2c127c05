/** Warnings and notes from check, which do not stop a deployment. */
import type { LeftOut, Source } from "../packaging/files/types";
import { isUnknown } from "./values";

const smallestMemoryMB = 256;
/** Larger uploads take minutes and are rarely intended. */
const largeBytes = 100 * 1024 * 1024;
const largeFiles = 20_000;

type Inputs = Readonly<Record<string, unknown>>;

/** One line each. */
export function warningsOf(inputs: Inputs, source: Source | undefined): string[] {
  const aboutSource = source ? [...source.warnings, ...sizeWarnings(source)] : [];
  return [...settingsWarnings(inputs), ...aboutSource];
}

/** For a new app: files that it may need but that are left out. */
export function leftOutNotes({ leftOut }: Source): string[] {
  const found = leftOut();
  return [...ignoredNotes(found), ...envFileNotes(found)];
}

function ignoredNotes({ count, tracked, examples, more }: LeftOut): string[] {
  if (count === 0) return [];
  const files = tracked === 1 ? "1 file among them is" : `${tracked} files among them are`;
  const inGit = tracked === 0 ? "" : ` ${files} tracked by git.`;
  return [
    `Ignore files leave out ${count} ${count === 1 ? "path" : "paths"} of the source: ${examples.join(", ")}${more ? ", …" : ""}.${inGit} ` +
      "If the app needs one of them, include it with a !pattern in the argument `ignore`.",
  ];
}

const maxEnvFiles = 3;

function envFileNotes({ envFiles }: LeftOut): string[] {
  if (envFiles.length === 0) return [];
  const names = envFiles.slice(0, maxEnvFiles).join(", ");
  const more = envFiles.length > maxEnvFiles ? ", …" : "";
  const verb = envFiles.length === 1 ? "is" : "are";
  return [
    `${names}${more} ${verb} tracked by git, but .env files are always left out. Set the values in \`environmentVariables\`, ` +
      "or include a file with a !pattern that names it in the argument `ignore`.",
  ];
}

function settingsWarnings({ memoryMB, appName, startupCommand }: Inputs): string[] {
  const warnings: string[] = [];
  if (typeof memoryMB === "number" && memoryMB > 0 && memoryMB < smallestMemoryMB) {
    warnings.push(
      `memoryMB is ${memoryMB}; CamposCloud is not known to allocate less than ${smallestMemoryMB}.`,
    );
  }
  if (typeof appName === "string" && !isUnknown(appName) && /[^A-Za-z0-9_-]/.test(appName)) {
    warnings.push(
      `appName ${JSON.stringify(appName)} contains characters other than ASCII letters, digits, - and _; CamposCloud has been seen to reject such names.`,
    );
  }
  if (typeof startupCommand === "string" && /--env-file[= ]/.test(startupCommand)) {
    warnings.push(
      "startupCommand uses --env-file, but .env files are not uploaded: set the variables in `environmentVariables` instead.",
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
    `The source has ${megabytes(bytes)} in ${files.length} files.${where} Use an ignore file or the argument \`ignore\` to leave out what the app does not need.`,
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
