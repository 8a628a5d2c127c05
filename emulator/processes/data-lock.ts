/** Owns the lock on a data folder: one emulator at a time, and no processes left over from a killed one. */
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { isObject } from "../wire";
import { listProcesses, ProcessTree, processIdentity, temporaryFolder } from "./process-tree";

const HOLDER = "emulator.json";
export const TEMPORARY_PREFIX = "camposcloud-emulator-";

/** Locks the folder. Throws if a running emulator has it; ends the processes that a killed one left running. */
export async function claimFolder(folder: string, log: (line: string) => void): Promise<() => void> {
  const file = join(folder, HOLDER);
  const holder = aliveIn(file);
  if (holder)
    throw new Error(`The data folder ${folder} is used by the emulator with pid ${holder}; stop it first.`);
  writeFileSync(file, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }), {
    mode: 0o600,
  });
  await endOrphans(folder, log);
  return () => rmSync(file, { force: true });
}

/** Ends the orphans of killed emulators that had a temporary folder, and removes those folders. */
export async function clearAbandoned(log: (line: string) => void): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(TEMPORARY_PREFIX))) {
    const folder = join(tmpdir(), name);
    const file = join(folder, HOLDER);
    // Without a lock file it is just being created, or not ours.
    if (!isOwn(folder) || !existsSync(file) || aliveIn(file)) continue;
    await endOrphans(folder, log);
    await rm(folder, { recursive: true, force: true });
  }
}

/** A link does not count: others may write to the folder for temporary files, and a link may lead anywhere, or to itself. */
function isOwn(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.getuid?.();
}

interface Saved {
  pid: number;
  identity: unknown;
}

function readSaved(file: string): Saved | undefined {
  try {
    const saved: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isObject(saved) && typeof saved["pid"] === "number"
      ? { pid: saved["pid"], identity: saved["identity"] }
      : undefined;
  } catch {
    // Absent, or truncated because its writer was killed.
    return undefined;
  }
}

/** The process that wrote the file, if it is still running; a later process with the same pid does not count. */
function aliveIn(file: string): number | undefined {
  const saved = readSaved(file);
  return saved && saved.identity !== undefined && processIdentity(saved.pid) === saved.identity
    ? saved.pid
    : undefined;
}

async function endOrphans(folder: string, log: (line: string) => void): Promise<void> {
  const apps = join(folder, "apps");
  if (!existsSync(apps)) return;
  for (const entry of readdirSync(apps, { withFileTypes: true }).filter((one) => one.isDirectory())) {
    const id = entry.name;
    const file = join(apps, id, "process.json");
    const leader = aliveIn(file);
    if (leader) await endOrphan({ leader, temporary: join(apps, id, "tmp"), log });
    rmSync(file, { force: true });
  }
  // Processes that left their group are recognized by their TMPDIR.
  for (const { pid } of await listProcesses()) {
    const temporary = temporaryFolder(pid);
    if (temporary?.startsWith(apps + sep)) await endOrphan({ leader: pid, temporary, log });
  }
}

async function endOrphan({
  leader,
  temporary,
  log,
}: {
  leader: number;
  temporary: string;
  log: (line: string) => void;
}) {
  log(`Ending process ${leader}, left over from a killed emulator.`);
  await new ProcessTree(leader, temporary).end(0);
}
