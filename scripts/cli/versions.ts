/** The versions of the Pulumi CLI that this repository installs and accepts. */

/** The version to download or build. Equals that of the development dependency `pulumi`. */
export const CLI_VERSION = "3.259.0";

/** The last language host published as a Go module; newer ones are only in the official download. */
export const HOST_VERSION = "3.68.0";

/** The oldest accepted CLI on the PATH; older ones have not been tested. */
export const OLDEST_CLI_VERSION = "3.254.0";

/** Whether the output of `pulumi version` is `oldest` or newer. False if it is not a version. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [had, wanted] = [numbersOf(version), numbersOf(oldest)];
  if (had === undefined || wanted === undefined) return false;
  for (const [place, number] of wanted.entries()) {
    const other = had[place] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}

function numbersOf(version: string): number[] | undefined {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version.trim());
  return found?.slice(1).map(Number);
}
