/** One measurement in its own process, which prints the result as JSON. */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import type { SourceSpec } from "../provider/packaging/files/types";

export interface Sample {
  /** Milliseconds of the call, without the start of the process. */
  ms: number;
  /** Bytes of the archive. */
  size?: number;
  /** By how many bytes the process grew at its peak. */
  grown?: number;
  /** Longest time that the event loop was blocked, in milliseconds. */
  stall?: number;
}

/** Returns the size of the archive, if it creates one. */
type Task = (folder: string, address: string) => Promise<number | undefined>;

// Each task loads only what it needs, before the measurement starts: the heap of our modules must not count for a rival.
const tasks: Record<string, () => Promise<Task>> = {
  async pack() {
    const { packSource } = await import("../provider/packaging/source.js");
    return async (folder) => {
      const archive = await packSource(specOf(folder), { baseDir: folder });
      await archive.dispose();
      return archive.size;
    };
  },
  async upload() {
    const { packSource } = await import("../provider/packaging/source.js");
    const { default: axios } = await import("axios");
    const { default: FormData } = await import("form-data");
    return async (folder, address) => {
      const archive = await packSource(specOf(folder), { baseDir: folder });
      const form = new FormData();
      const about = { filename: "file.zip", contentType: "application/zip", knownLength: archive.size };
      form.append("file", archive.open(), about);
      const limits = { maxRedirects: 0, maxBodyLength: Number.POSITIVE_INFINITY };
      await axios.post(address, form, { headers: form.getHeaders(), ...limits });
      await archive.dispose();
      return archive.size;
    };
  },
  async digest() {
    const { readSource } = await import("../provider/packaging/source.js");
    return async (folder) => {
      await readSource(specOf(folder), { baseDir: folder });
      return undefined;
    };
  },
  "read-files": async () => async (folder) => {
    forEachFile(folder, (path) => readFileSync(path));
    return undefined;
  },
  "read-and-hash": async () => async (folder) => {
    forEachFile(folder, (path) => createHash("sha256").update(readFileSync(path)).digest("hex"));
    return undefined;
  },
  "read-one-buffer": async () => async (folder) => {
    const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
    forEachFile(folder, (path) => {
      const file = openSync(path, "r");
      while (readSync(file, buffer, 0, buffer.length, null) === buffer.length);
      closeSync(file);
    });
    return undefined;
  },
  async jszip() {
    const { default: JSZip } = await import("jszip");
    return async (folder) => {
      const zip = new JSZip();
      forEachFile(folder, (path) => zip.file(path.slice(folder.length + 1), readFileSync(path)));
      const options = {
        type: "nodebuffer",
        compression: "DEFLATE",
        compressionOptions: { level: 6 },
      } as const;
      return (await zip.generateAsync(options)).length;
    };
  },
};

function specOf(path: string): SourceSpec {
  return { kind: "path", path };
}

function forEachFile(folder: string, use: (path: string) => unknown): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) forEachFile(path, use);
    else use(path);
  }
}

// On Linux from the kernel: the value of getrusage includes the peak of the process that started this one.
function peakMemory(): number {
  const kilobytes = existsSync("/proc/self/status")
    ? /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
    : undefined;
  return Number(kilobytes ?? process.resourceUsage().maxRSS) * 1024;
}

async function measure(name: string, folder: string, address: string): Promise<Sample> {
  const load = tasks[name];
  if (!load) throw new Error(`no task ${name}`);
  const task = await load();
  const before = process.memoryUsage().rss;
  let stall = 0;
  let last = performance.now();
  const beat = () => {
    const now = performance.now();
    stall = Math.max(stall, now - last);
    last = now;
  };
  const timer = setInterval(beat, 1);
  const start = performance.now();
  const size = await task(folder, address);
  const ms = performance.now() - start;
  beat();
  clearInterval(timer);
  return { ms, size, grown: peakMemory() - before, stall };
}

const [name = "", folder = "", address = ""] = process.argv.slice(2);
// The timer of `measure` has to be running before the work starts, as in a process that is already up.
setTimeout(async () => console.log(JSON.stringify(await measure(name, folder, address))), 20);
