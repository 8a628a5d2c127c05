/** Programs of the system that a test needs beside Node: where CI can install them their lack is an error, elsewhere it is said loudly. */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const postgresFolder = "/usr/lib/postgresql";

/** Debian keeps PostgreSQL's server programs and PowerDNS out of a user's PATH. */
function folders(): string[] {
  const versions = existsSync(postgresFolder) ? readdirSync(postgresFolder) : [];
  const own = versions.map((version) => join(postgresFolder, version, "bin"));
  return [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", ...own];
}

export interface Need {
  programs: readonly string[];
  /** Debian's packages that bring them. */
  packages: string;
  /** Begins the sentence "… is not tested on this machine." */
  what: string;
}

/** False, after saying loudly what to install, when a program is missing; an error on a CI that installs them. */
export function havePrograms({ programs, packages, what }: Need): boolean {
  const missing = programs.filter((name) => !folders().some((folder) => existsSync(join(folder, name))));
  if (missing.length === 0) return true;
  sayMissing(`${missing.join(", ")} not found: run \`apt-get install ${packages}\`.`, what);
  return false;
}

/** `what` begins the sentence "… is not tested on this machine." Throws where `.ci/run` has installed all that is needed. */
export function sayMissing(text: string, what: string): void {
  if (process.env["CI"] && process.platform === "linux") throw new Error(text);
  const frame = "!".repeat(80);
  console.error(
    `\n${frame}\n${text}\nUNTIL THEN ${what.toUpperCase()} IS NOT TESTED ON THIS MACHINE.\n${frame}\n`,
  );
}
