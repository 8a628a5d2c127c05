/** Archives on disk, opened by programs and libraries that others wrote. */
import { strictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import JSZip from "jszip";
import { fromBuffer } from "yauzl";
import type { Archive } from "../../../../provider/packaging/files/types";
import { tempFolder } from "./temp-tree";

export async function bytesOf(archive: Archive): Promise<Buffer> {
  const bytes = await buffer(archive.open());
  strictEqual(bytes.length, archive.size);
  return bytes;
}

/** Path to content, as JSZip reads it, with every CRC checked. */
export async function unzip(bytes: Buffer): Promise<Record<string, string>> {
  const zip = await JSZip.loadAsync(bytes, { checkCRC32: true });
  const entries = Object.values(zip.files).map(
    async (file) => [file.name, await file.async("binarystring")] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

export interface EntryFacts {
  path: string;
  mode: number;
  time: string;
  method: number;
  utf8: boolean;
}

/** What the directory says of each entry, as yauzl reads it in strict mode. */
export function facts(bytes: Buffer): Promise<EntryFacts[]> {
  const found: EntryFacts[] = [];
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { strictFileNames: true, validateEntrySizes: true }, (failure, zip) => {
      if (failure) return reject(failure);
      zip.on("error", reject);
      zip.on("end", () => resolve(found));
      zip.on("entry", (entry) => {
        found.push({
          path: entry.fileName,
          mode: entry.externalFileAttributes >>> 16,
          time: entry.getLastModDate({ timezone: "UTC" }).toISOString(),
          method: entry.compressionMethod,
          utf8: (entry.generalPurposeBitFlag & 0x800) !== 0,
        });
      });
    });
  });
}

/** Programs that check an archive, as far as this machine has them. */
export const checkers = [
  { name: "unzip", args: (zip: string) => ["-tq", zip], probe: ["-v"], packages: "unzip" },
  {
    name: "python3",
    args: (zip: string) => ["-m", "zipfile", "-t", zip],
    probe: ["--version"],
    packages: "python3",
  },
  { name: "bsdtar", args: (zip: string) => ["-tf", zip], probe: ["--version"], packages: "libarchive-tools" },
  // Linux can have all of them, so there a missing one is told; elsewhere what is there has to do.
].filter(({ name, probe }) => process.platform === "linux" || spawnSync(name, probe).status === 0);

export function check(checker: (typeof checkers)[number], bytes: Buffer): void {
  const path = join(tempFolder(), "archive.zip");
  writeFileSync(path, bytes);
  const run = spawnSync(checker.name, checker.args(path), { encoding: "utf8" });
  strictEqual(run.status, 0, `${checker.name}: ${run.stdout}${run.stderr}`);
}
