/** The temporary file of an archive: written once, read for every attempt of an upload, deleted by `dispose`. */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { maxBytes, tooManyBytes } from "../files/file-list";
import { fileError, isSystemError, quote, SourceError } from "../files/source-error";

const readSize = 256 * 1024;

/** Bytes that may wait to be written. */
const maxUnwritten = 4 * 1024 * 1024;

export class ArchiveFile {
  #size = 0;
  #unwritten = 0;
  /** Settled when everything that was queued is written. */
  #writes: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    private readonly folder: string,
  ) {}

  /** In `tempDir`, or the system's folder for temporary files. Only this user can read it. */
  static async create(tempDir = tmpdir()): Promise<ArchiveFile> {
    const path = join(tempDir, `camposcloud-${randomUUID()}.zip`);
    try {
      const file = new ArchiveFile(await open(path, "wx+", 0o600), path, tempDir);
      // Without a name it cannot outlive this process, however that ends. Windows cannot delete open files.
      if (process.platform !== "win32") await unlink(path);
      return file;
    } catch (error) {
      throw unusable(error, tempDir);
    }
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  /** `entry` is named in the error if the archive becomes too large. */
  async append(bytes: Uint8Array, entry: string): Promise<void> {
    await this.writeAt(this.reserve(bytes.length, entry), bytes);
  }

  /**
   * Like `append`, but only waits for the disk if much is unwritten: each wait takes an iteration of the event loop, which also
   * serves other work. `flush` throws failures.
   */
  async queue(bytes: Uint8Array, entry: string): Promise<void> {
    const position = this.reserve(bytes.length, entry);
    this.#unwritten += bytes.length;
    const write = this.writeAt(position, bytes);
    const writes = this.#writes.then(() => write);
    this.#writes = writes;
    // Failures are thrown by `flush`; until then they must not count as unhandled.
    for (const each of [write, writes]) each.catch(() => {});
    if (this.#unwritten > maxUnwritten) await this.flush();
  }

  /** Reserves space for `writeAt`. Returns its position. */
  reserve(length: number, entry: string): number {
    if (this.#size + length > maxBytes) throw tooManyBytes(entry);
    const position = this.#size;
    this.#size += length;
    return position;
  }

  /** Waits until everything that was queued is written. */
  async flush(): Promise<void> {
    await this.#writes;
    this.#unwritten = 0;
  }

  async writeAt(position: number, bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw fileError(error, this.folder);
    }
  }

  /** For reading at any position; closed by `dispose`. */
  get fd(): number {
    return this.handle.fd;
  }

  /** Discards everything after the first `size` bytes. */
  async truncate(size: number): Promise<void> {
    await this.flush();
    await this.handle.truncate(size);
    this.#size = size;
  }

  /** A stream of the whole archive. `onSent` is called with the bytes that the receiver has accepted. */
  open(onSent?: (sent: number, total: number) => void): Readable {
    return Readable.from(this.pieces(onSent), { objectMode: false, highWaterMark: readSize });
  }

  async dispose(): Promise<void> {
    await this.handle.close();
    if (process.platform === "win32") await unlink(this.path);
  }

  // A stream only requests the next piece when the receiver has space for it.
  private async *pieces(onSent?: (sent: number, total: number) => void): AsyncGenerator<Buffer> {
    for (let sent = 0; sent < this.#size; ) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(readSize, this.#size - sent));
      const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, sent);
      yield buffer.subarray(0, bytesRead);
      sent += bytesRead;
      onSent?.(sent, this.#size);
    }
  }
}

function unusable(error: unknown, folder: string): unknown {
  if (!isSystemError(error) || error.code === "ENOSPC") return fileError(error, folder);
  const problem = `The folder for temporary files, ${quote(folder)}, cannot be used: ${error.code}.`;
  return new SourceError("unreadable", folder, `${problem} Set TMPDIR to another one.`, { cause: error });
}
