/** One measurement in a process of its own, which prints what came of it as JSON. */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import axios from "axios";
import FormData from "form-data";
import JSZip from "jszip";
import { packSource, readSource } from "../provider/packaging/source";

export interface Sample {
  /** Milliseconds of the call, the start of the process left out. */
  ms: number;
  /** Bytes of the archive. */
  size?: number;
  /** Bytes that the process grew by at its peak. */
  grown?: number;
  /** Longest time without a turn of the event loop, in milliseconds. */
  stall?: number;
}

const tasks: Record<string, (folder: string, address: string) => Promise<number | undefined>> = {
  async pack(folder) {
    const archive = await packSource({ kind: "path", path: folder }, { baseDir: folder });
    await archive.dispose();
    return archive.size;
  },
  async upload(folder, address) {
    const archive = await packSource({ kind: "path", path: folder }, { baseDir: folder });
    const form = new FormData();
    form.append("file", archive.open(), {
      filename: "file.zip",
      contentType: "application/zip",
      knownLength: archive.size,
    });
    await axios.post(address, form, {
      headers: form.getHeaders(),
      maxRedirects: 0,
      maxBodyLength: Number.POSITIVE_INFINITY,
    });
    await archive.dispose();
    return archive.size;
  },
  async digest(folder) {
    await readSource({ kind: "path", path: folder }, { baseDir: folder });
    return undefined;
  },
  async "read-files"(folder) {
    for (const path of filesIn(folder)) readFileSync(path);
    return undefined;
  },
  async "read-and-hash"(folder) {
    for (const path of filesIn(folder)) createHash("sha256").update(readFileSync(path)).digest("hex");
    return undefined;
  },
  async "read-one-buffer"(folder) {
    const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
    for (const path of filesIn(folder)) {
      const file = openSync(path, "r");
      while (readSync(file, buffer, 0, buffer.length, null) === buffer.length);
      closeSync(file);
    }
    return undefined;
  },
  async jszip(folder) {
    const zip = new JSZip();
    for (const path of filesIn(folder)) zip.file(path.slice(folder.length + 1), readFileSync(path));
    const options = { type: "nodebuffer", compression: "DEFLATE", compressionOptions: { level: 6 } } as const;
    return (await zip.generateAsync(options)).length;
  },
};

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

// Linux's own figure: what getrusage tells begins with the peak of the process that started this one.
function peakMemory(): number {
  const kilobytes = existsSync("/proc/self/status")
    ? /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
    : undefined;
  return Number(kilobytes ?? process.resourceUsage().maxRSS) * 1024;
}

async function measure(name: string, folder: string, address: string): Promise<Sample> {
  const task = tasks[name];
  if (!task) throw new Error(`no task ${name}`);
  const before = process.memoryUsage().rss;
  let stall = 0;
  let last = performance.now();
  const beat = () => {
    const now = performance.now();
    stall = Math.max(stall, now - last);
    last = now;
  };
  const heart = setInterval(beat, 1);
  const start = performance.now();
  const size = await task(folder, address);
  const ms = performance.now() - start;
  beat();
  clearInterval(heart);
  return { ms, size, grown: peakMemory() - before, stall };
}

const [name = "", folder = "", address = ""] = process.argv.slice(2);
// The heart beats before the work begins, as in a process that is already up.
setTimeout(async () => console.log(JSON.stringify(await measure(name, folder, address))), 20);
