/** Owns the log of an app: its output and the emulator's messages, limited in memory and on disk. */
import { appendFileSync, readFileSync, renameSync, statSync } from "node:fs";

const KEPT_CHARACTERS = 256 * 1024;
const FILE_BYTES = 2 * 1024 ** 2;
const FLUSH_MS = 200;

export interface LogPart {
  text: string;
  /** Where the next read continues. */
  next: number;
}

export class AppLog {
  private text = "";
  /** Number of characters before `text`. */
  private dropped = 0;
  private unwritten = "";
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly path: string) {
    this.text = readTail(path);
  }

  /** Appends output of the app. */
  write(text: string): void {
    this.text += text;
    if (this.text.length > 2 * KEPT_CHARACTERS) {
      this.dropped += this.text.length - KEPT_CHARACTERS;
      this.text = this.text.slice(-KEPT_CHARACTERS);
    }
    this.unwritten = (this.unwritten + text).slice(-KEPT_CHARACTERS);
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Appends a message of the emulator on a separate line. */
  note(remark: string): void {
    const gap = this.text === "" || this.text.endsWith("\n") ? "" : "\n";
    this.write(`${gap}[emulator] ${remark}\n`);
  }

  /** The text since `from`; by default everything that is kept. */
  read(from = 0): LogPart {
    const next = this.dropped + this.text.length;
    return { text: this.text.slice(Math.max(0, Math.min(from, next) - this.dropped)), next };
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = this.unwritten;
    this.unwritten = "";
    try {
      if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) > FILE_BYTES) {
        renameSync(this.path, `${this.path}.1`);
      }
      if (text !== "") appendFileSync(this.path, text, { mode: 0o600 });
    } catch {
      // The app was deleted in the meantime, or the disk is full; the log in memory is still complete.
    }
  }
}

function readTail(path: string): string {
  try {
    return readFileSync(path, "utf8").slice(-KEPT_CHARACTERS);
  } catch {
    return "";
  }
}
