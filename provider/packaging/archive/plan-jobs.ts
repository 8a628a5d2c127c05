/** Cuts a list of files into jobs: runs of small files, and parts of long ones. */

import { type PlannedFile, readPart } from "../files/read-file";
import { blockSize, sampleRanges, shrinks } from "./compress";
import { jobSize, type PartJob } from "./jobs";
import { deflated, stored, type ZipEntry } from "./zip-format";

/** Files of a few bytes each would else make results of many entries. */
const mostFiles = 500;

/** Runs of small files, and long files alone. Content in memory is never long, so that it travels once. */
export function* groupFiles(files: Iterable<PlannedFile>): Generator<PlannedFile[], void> {
  let run: PlannedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (run.length > 0 && (bytes + file.size > jobSize || run.length === mostFiles)) {
      yield run;
      run = [];
      bytes = 0;
    }
    run.push(file);
    bytes += file.size;
  }
  if (run.length > 0) yield run;
}

export function isLong(file: PlannedFile): boolean {
  return typeof file.from === "string" && file.size > jobSize;
}

const partSize = 8 * blockSize;

/** The parts of a long file, all packed by the method that samples of it suggest. */
export function partsOf(file: PlannedFile): { method: ZipEntry["method"]; parts: PartJob[] } {
  const samples = sampleRanges(file.size).map(({ start, end }) => readPart(file, start, end));
  const method = samples.some(shrinks) ? deflated : stored;
  const parts: PartJob[] = [];
  for (let start = 0; start < file.size; start += partSize) {
    parts.push({ kind: "part", file, start, end: Math.min(start + partSize, file.size), method });
  }
  return { method, parts };
}
