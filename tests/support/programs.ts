/** System programs that a test needs: if CI can install them, a missing one is an error, otherwise a printed warning. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

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

/** False if a program is missing, after printing what to install; an error on a CI that installs them. */
export function havePrograms({ programs, packages, what }: Need): boolean {
  const missing = programs.filter((name) => !folders().some((folder) => existsSync(join(folder, name))));
  if (missing.length === 0) return true;
  sayMissing(`${missing.join(", ")} not found: run \`apt-get install ${packages}\`.`, what);
  return false;
}

/** False, after saying so loudly, when pip cannot fetch packages here: not every machine reaches an index, CI's included. */
export async function havePyPI(what: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "campos-pypi-"));
  const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, "--retries", "1", "idna"];
  const flags = ["--disable-pip-version-check", "--no-input", "--timeout", "20"];
  try {
    await promisify(execFile)("python3", [...pip, ...flags]);
    return true;
  } catch (error) {
    const words = String((error as { stderr?: unknown }).stderr ?? error).trim();
    warnLoudly(`pip cannot fetch packages: ${words.split("\n").at(-1)}`, what);
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** False, after saying so loudly, when there is no Go, or this module is neither in its cache nor can be fetched. */
export async function haveGoModule(module: string, what: string): Promise<boolean> {
  try {
    await promisify(execFile)("go", ["list", "-m", module], {
      cwd: tmpdir(),
      env: { ...process.env, GOWORK: "off" },
    });
    return true;
  } catch (error) {
    const words = String((error as { stderr?: unknown }).stderr || error).trim();
    warnLoudly(`go cannot fetch ${module}: ${words.split("\n").at(-1)}`, what);
    return false;
  }
}

/** `what` begins the sentence "… is not tested on this machine." Throws where `.ci/run` has installed all that is needed. */
export function sayMissing(text: string, what: string): void {
  if (process.env["CI"] && process.platform === "linux") throw new Error(text);
  warnLoudly(text, what);
}

function warnLoudly(text: string, what: string): void {
  const frame = "!".repeat(80);
  console.error(
    `\n${frame}\n${text}\nUNTIL THEN ${what.toUpperCase()} IS NOT TESTED ON THIS MACHINE.\n${frame}\n`,
  );
}
