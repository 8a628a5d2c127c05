/** Does one job on the thread it is called on. */
import { createHash } from "node:crypto";
import { blockSize, deflateBlock, packContent, reach } from "./compress";
import { crc32 } from "./crc";
import { sha256 } from "./digest";
import type { Job, JobResult, PackedEntry, PartJob, PlannedFile } from "./jobs";
import { readPart, readPlanned } from "./planned-file";
import type { Pace } from "./turns";
import { localHeader, localHeaderSize, stored } from "./zip-format";

export async function runJob(job: Job, pace: Pace): Promise<JobResult> {
  switch (job.kind) {
    case "files":
      return packFiles(job.files, pace);
    case "digest":
      return { bytes: new Uint8Array(), entries: [await digestLong(job.file, pace)] };
    case "part":
      return { bytes: await packPart(job, pace), entries: [] };
  }
}

async function packFiles(files: readonly PlannedFile[], pace: Pace): Promise<JobResult> {
  const room = files.reduce((sum, file) => sum + localHeaderSize(file.path) + file.size, 0);
  const bytes = Buffer.allocUnsafeSlow(room);
  const entries: PackedEntry[] = [];
  let end = 0;
  for (const file of files) {
    if (pace.spent) await pace.turn();
    const { entry, parts } = await packFile(file, pace);
    entries.push(entry);
    for (const part of [localHeader(entry), ...parts]) {
      bytes.set(part, end);
      end += part.length;
    }
  }
  return { bytes: bytes.subarray(0, end), entries };
}

async function packFile(file: PlannedFile, pace: Pace): Promise<{ entry: PackedEntry; parts: Uint8Array[] }> {
  const { path, executable, size } = file;
  const content = readPart(file, 0, size);
  const steps = packContent(content);
  let step = steps.next();
  for (; !step.done; step = steps.next()) if (pace.spent) await pace.turn();
  const { method, size: packedSize, parts } = step.value;
  const entry = { path, executable, size, method, packedSize, crc: crc32(content), digest: sha256(content) };
  return { entry, parts };
}

const digestStep = 256 * 1024;

async function digestLong(file: PlannedFile, pace: Pace): Promise<PackedEntry> {
  const { path, executable, size } = file;
  const hash = createHash("sha256");
  let crc = 0;
  for (const piece of readPlanned(file, { start: 0, end: size, step: digestStep })) {
    hash.update(piece);
    crc = crc32(piece, crc);
    if (pace.spent) await pace.turn();
  }
  return { path, executable, size, method: stored, packedSize: size, crc, digest: hash.digest("hex") };
}

async function packPart({ file, start, end, method }: PartJob, pace: Pace): Promise<Uint8Array> {
  if (method === stored) return readPart(file, start, end);
  const begin = Math.max(0, start - reach);
  const bytes = readPart(file, begin, end);
  const parts: Uint8Array[] = [];
  for (let at = start; at < end; at += blockSize) {
    if (pace.spent) await pace.turn();
    parts.push(
      deflateBlock({
        bytes: bytes.subarray(at - begin, at - begin + blockSize),
        before: bytes.subarray(Math.max(0, at - begin - reach), at - begin),
        last: at + blockSize >= file.size,
      }),
    );
  }
  return Buffer.concat(parts);
}
