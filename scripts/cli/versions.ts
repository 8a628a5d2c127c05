/** The versions of the Pulumi CLI that this repository asks for and accepts. */

/** What is downloaded or built. Matches the development dependency `pulumi`, whose version is that of its download. */
export const CLI_VERSION = "3.259.0";

/** The last language host published as a Go module; newer ones come only with the official download. */
export const HOST_VERSION = "3.68.0";

/** The oldest CLI on the PATH that will do; the tests have not been run with older ones. */
export const OLDEST_CLI_VERSION = "3.254.0";

/** Whether `version`, as `pulumi version` prints it, is `oldest` or newer. False when it is no version at all. */
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
