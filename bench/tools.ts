/** The processes that a benchmark starts: our measurements, and the rivals. */
import { execFile, spawnSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Sample } from "./child";

const execute = promisify(execFile);

export class Tools {
  /** `built`: folder of the compiled package. `temp`: for the rival's archives. */
  constructor(
    readonly built: string,
    readonly temp: string,
  ) {}

  /** Runs a task of child.ts. Asynchronous, since this process may receive its uploads. */
  async child(task: string, folder: string, address = ""): Promise<Sample> {
    const { stdout } = await execute(process.execPath, [
      join(this.built, "dist", "bench", "child.js"),
      task,
      folder,
      address,
    ]);
    return JSON.parse(stdout);
  }

  /** Info-ZIP at the same level, from the start of its process to its end. */
  zip(folder: string): Sample {
    const archive = join(this.temp, "rival.zip");
    rmSync(archive, { force: true });
    const start = performance.now();
    const run = spawnSync("zip", ["-r", "-6", "-q", archive, "."], { cwd: folder });
    const ms = performance.now() - start;
    if (run.status !== 0) throw new Error(`zip failed: ${run.error ?? run.stderr}`);
    return { ms, size: statSync(archive).size };
  }

  /** Milliseconds that a module takes to load, after those in `first`. */
  async load(modules: string[]): Promise<Sample> {
    const code = `const start = performance.now(); for (const m of ${JSON.stringify(modules)}) require(m); console.log(performance.now() - start)`;
    const { stdout } = await execute(process.execPath, ["-e", code], { cwd: this.built });
    return { ms: Number(stdout) };
  }
}
