/** Runs `npm run demo` as a user does, in its own temporary folder, and finds processes that it may have left running. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = join(__dirname, "..", "..");
const windows = process.platform === "win32";

export class DemoRun {
  /** The demo's TMPDIR, which contains everything it creates and identifies its processes. */
  readonly temporary = realpathSync(mkdtempSync(join(tmpdir(), "demo-test-")));
  transcript = "";
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown[]>;

  constructor(...args: string[]) {
    this.child = spawn("npm", ["run", "demo", "--", ...args], {
      cwd: repository,
      env: { ...process.env, TMPDIR: this.temporary, TEMP: this.temporary, TMP: this.temporary },
      stdio: ["ignore", "pipe", "pipe"],
      detached: !windows,
      shell: windows,
    });
    this.ended = once(this.child, "close");
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.transcript += text;
      });
    }
  }

  /** Waits for the end. */
  async exitCode(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  /** Waits until the transcript has this text, or the run has ended. */
  async until(text: string): Promise<void> {
    const ended = this.ended.then(() => true);
    while (!this.transcript.includes(text)) {
      const over = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50, false))]);
      if (over === true && !this.transcript.includes(text))
        throw new Error(`No "${text}" in:\n${this.transcript}`);
    }
  }

  /** Ctrl-C: the terminal sends it to the whole group. */
  interrupt(): void {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, "SIGINT");
  }

  /** The port of the emulator in the transcript. */
  get port(): number {
    return Number(/emulator ready on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.transcript)?.[1]);
  }

  /** What is left in its folder, except for ts-node's cache of compiled code, which all runs share. */
  leftovers(): string[] {
    return readdirSync(this.temporary).filter((name) => !name.startsWith("v8-compile-cache-"));
  }

  /** Processes that run in the folder, have it in an argument, or have inherited it. */
  processes(): string[] {
    if (process.platform !== "linux") return [];
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
    return pids.filter((pid) => this.concerns(pid)).map((pid) => `${pid} ${ofProcess(pid, "cmdline")}`);
  }

  async answersOnPort(): Promise<boolean> {
    const socket = connect(this.port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }

  remove(): void {
    for (const line of this.processes()) process.kill(Number.parseInt(line, 10), "SIGKILL");
    rmSync(this.temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  private concerns(pid: string): boolean {
    return ["cmdline", "environ", "cwd"].some((file) => ofProcess(pid, file).includes(this.temporary));
  }
}

function ofProcess(pid: string, file: string): string {
  try {
    const path = join("/proc", pid, file);
    return file === "cwd" ? readlinkSync(path) : readFileSync(path, "utf8").replaceAll("\0", " ");
  } catch {
    // It has exited in the meantime.
    return "";
  }
}
