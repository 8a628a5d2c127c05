/** Owns the records and folders of all apps on disk; acknowledged changes survive a killed emulator. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type AppRecord, newId } from "./record";

/** The folders of one app. Only `files` is visible through the API. */
export interface AppPaths {
  root: string;
  files: string;
  /** TMPDIR of its processes; since it is unique, it also identifies them. */
  temporary: string;
  /** The virtual environment of a Python app. */
  packages: string;
  log: string;
  process: string;
}

const RECORD = "app.json";

export class Store {
  private readonly records = new Map<string, AppRecord>();
  private readonly apps: string;
  private readonly incoming: string;

  constructor(readonly data: string) {
    this.apps = join(data, "apps");
    this.incoming = join(data, "incoming");
    rmSync(this.incoming, { recursive: true, force: true });
    for (const folder of [this.apps, this.incoming]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.load();
  }

  private load(): void {
    const found = readdirSync(this.apps).flatMap((id) => readRecord(this.apps, id) ?? []);
    // Creation order keeps pages stable.
    for (const record of found.sort((a, b) => a.createdAt.localeCompare(b.createdAt))) {
      this.records.set(record.id, record);
    }
  }

  list(): AppRecord[] {
    return [...this.records.values()];
  }

  get(id: string): AppRecord | undefined {
    return this.records.get(id);
  }

  paths(id: string): AppPaths {
    const root = join(this.apps, id);
    return {
      root,
      files: join(root, "files"),
      temporary: join(root, "tmp"),
      packages: join(root, "packages"),
      log: join(root, "app.log"),
      process: join(root, "process.json"),
    };
  }

  /** A new folder for an upload; the caller removes it or passes it to `add`. */
  scratch(): string {
    const folder = join(this.incoming, newId());
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  }

  /** `prepared` contains the app's `files`; a single rename makes the creation atomic. */
  add(record: AppRecord, prepared: string): void {
    mkdirSync(join(prepared, "tmp"), { mode: 0o700 });
    writeRecord(prepared, record);
    renameSync(prepared, this.paths(record.id).root);
    this.records.set(record.id, record);
  }

  /** Applies changes and moves `updatedAt`. */
  change(id: string, changes: Partial<AppRecord>): AppRecord | undefined {
    return this.note(id, { ...changes, updatedAt: new Date().toISOString() });
  }

  /** Applies changes that were not made through the API, so `updatedAt` stays. */
  note(id: string, changes: Partial<AppRecord>): AppRecord | undefined {
    const old = this.records.get(id);
    if (!old) return undefined;
    const record = { ...old, ...changes };
    writeRecord(this.paths(id).root, record);
    this.records.set(id, record);
    return record;
  }

  /** Renames first, so that a partly removed app is never loaded again. */
  async remove(id: string): Promise<void> {
    if (!this.records.has(id)) return;
    const trash = join(this.incoming, newId());
    renameSync(this.paths(id).root, trash);
    this.records.delete(id);
    await rm(trash, { recursive: true, force: true, maxRetries: 5 });
  }
}

function readRecord(apps: string, id: string): AppRecord | undefined {
  const path = join(apps, id, RECORD);
  // Other files in the folder are not apps.
  if (!existsSync(path)) return undefined;
  try {
    const record: AppRecord = JSON.parse(readFileSync(path, "utf8"));
    if (record.id !== id) throw new Error("It is not the record of this app.");
    return record;
  } catch (cause) {
    throw new Error(`The record ${path} is damaged; remove its folder to start without that app.`, { cause });
  }
}

/** The rename is atomic, so a kill leaves either the old or the new record. */
function writeRecord(folder: string, record: AppRecord): void {
  const draft = join(folder, `${RECORD}.new`);
  writeFileSync(draft, JSON.stringify(record, null, 2), { mode: 0o600 });
  renameSync(draft, join(folder, RECORD));
}
