/** Owns reading request bodies: multipart forms with one zip, and JSON, both limited in size. */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy } from "@fastify/busboy";
import { newId } from "../apps/record";
import { badRequest } from "../errors";
import { isObject } from "../wire";

/** An uploaded zip; a small one stays in memory. */
export interface ReceivedFile {
  bytes: number;
  sha256: string;
  content: Buffer | { path: string };
}

export interface Form {
  fields: Record<string, string>;
  file: ReceivedFile | undefined;
}

const MAX_FILE = 1024 ** 3;
const MAX_JSON = 4 * 1024 ** 2;
const MAX_FIELD = 1024 ** 2;
const IN_MEMORY = 1024 ** 2;

/** Reads a form with one file part named `file`; a large one is stored in the folder `scratch`. */
export async function readForm(incoming: IncomingMessage, scratch: () => string): Promise<Form> {
  const type = incoming.headers["content-type"] ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) throw badRequest("The body must be multipart/form-data.");
  const form: Form = { fields: {}, file: undefined };
  const pending: Promise<void>[] = [];
  const parts: Readable[] = [];
  const parser = parserFor(incoming, type);
  let tooLong: string | undefined;
  parser.on("field", (name, value, _nameCut, valueCut) => {
    form.fields[name] = value;
    if (valueCut) tooLong ??= name;
  });
  parser.on("file", (name, stream) => {
    if (name !== "file") return void stream.resume();
    parts.push(stream);
    const received = receive(stream, scratch).then((file) => {
      form.file = file;
    });
    // Awaited below; marked as handled here since the parser may fail first.
    received.catch(() => {});
    pending.push(received);
  });
  try {
    await pipeline(incoming, parser);
  } catch (cause) {
    // The folder is deleted with the request, so nothing may still be writing to it.
    for (const part of parts) part.destroy();
    await Promise.allSettled(pending);
    throw badRequest(`The multipart body cannot be read: ${cause instanceof Error ? cause.message : cause}.`);
  }
  await Promise.all(pending);
  if (tooLong !== undefined)
    throw badRequest(`The field ${JSON.stringify(tooLong)} is larger than ${MAX_FIELD} bytes.`);
  return form;
}

function parserFor(incoming: IncomingMessage, type: string) {
  const limits = { files: 4, fields: 32, fieldSize: MAX_FIELD, fileSize: MAX_FILE };
  // A zip that is sent without a file name is still a file.
  const isPartAFile = (name?: string, _type?: string, fileName?: string) =>
    name === "file" || fileName !== undefined;
  try {
    return new Busboy({ headers: { ...incoming.headers, "content-type": type }, limits, isPartAFile });
  } catch (cause) {
    throw badRequest(`The multipart body cannot be read: ${cause instanceof Error ? cause.message : cause}.`);
  }
}

/** Always reads to the end: an unread part would block the whole body, and so the response. */
async function receive(
  stream: Readable & { truncated: boolean },
  scratch: () => string,
): Promise<ReceivedFile> {
  const file = new Spill(scratch);
  let failure: unknown;
  try {
    for await (const chunk of stream) {
      if (failure === undefined) await file.add(chunk).catch((error: unknown) => (failure = error));
    }
  } finally {
    await file.close();
  }
  if (failure !== undefined) throw failure;
  if (stream.truncated) throw badRequest(`The zip is larger than ${MAX_FILE} bytes.`);
  return file.received();
}

/** A file that stays in memory until it is too large. */
class Spill {
  private readonly hash = createHash("sha256");
  private chunks: Buffer[] = [];
  private bytes = 0;
  private out: { path: string; handle: FileHandle } | undefined;

  constructor(private readonly scratch: () => string) {}

  async add(chunk: Buffer): Promise<void> {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    this.chunks.push(chunk);
    if (this.bytes <= IN_MEMORY) return;
    this.out ??= await this.open();
    await this.out.handle.writeFile(Buffer.concat(this.chunks.splice(0)));
  }

  private async open() {
    const path = join(this.scratch(), `${newId()}.zip`);
    return { path, handle: await open(path, "wx", 0o600) };
  }

  async close(): Promise<void> {
    await this.out?.handle.close();
  }

  received(): ReceivedFile {
    const content = this.out ? { path: this.out.path } : Buffer.concat(this.chunks);
    return { bytes: this.bytes, sha256: this.hash.digest("hex"), content };
  }
}

/** Reads a JSON object, the only kind of JSON body that the API takes. */
export async function readJson(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > MAX_JSON) throw badRequest(`The JSON body is larger than ${MAX_JSON} bytes.`);
    chunks.push(chunk);
  }
  const body = parse(Buffer.concat(chunks).toString("utf8"));
  if (!isObject(body)) throw badRequest("The body must be a JSON object.");
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("The body is not valid JSON.");
  }
}
