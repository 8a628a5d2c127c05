/** Owns reading request bodies: multipart forms with one zip, and JSON, both bounded in size. */
import { createHash } from "node:crypto";
import { createWriteStream, type WriteStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { Busboy } from "@fastify/busboy";
import { newId } from "../apps/record";
import { badRequest } from "../errors";
import { isObject } from "../json";

/** A zip as it came in: small ones stay in memory. */
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
const IN_MEMORY = 1024 ** 2;

/** Reads a form whose one file part is called `file`; a large one is kept in the folder `scratch`. */
export async function readForm(incoming: IncomingMessage, scratch: () => string): Promise<Form> {
  const type = incoming.headers["content-type"] ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) throw badRequest("The body must be multipart/form-data.");
  const form: Form = { fields: {}, file: undefined };
  const pending: Promise<void>[] = [];
  const parser = parserFor(incoming, type);
  parser.on("field", (name, value) => {
    form.fields[name] = value;
  });
  parser.on("file", (name, stream) => {
    if (name !== "file") return void stream.resume();
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
    throw badRequest(`The multipart body cannot be read: ${cause instanceof Error ? cause.message : cause}.`);
  }
  await Promise.all(pending);
  return form;
}

function parserFor(incoming: IncomingMessage, type: string) {
  const limits = { files: 4, fields: 100, fieldSize: MAX_JSON, fileSize: MAX_FILE };
  // A zip sent without a file name is a file all the same.
  const isPartAFile = (name?: string, _type?: string, fileName?: string) =>
    name === "file" || fileName !== undefined;
  try {
    return new Busboy({ headers: { ...incoming.headers, "content-type": type }, limits, isPartAFile });
  } catch (cause) {
    throw badRequest(`The multipart body cannot be read: ${cause instanceof Error ? cause.message : cause}.`);
  }
}

async function receive(
  stream: Readable & { truncated: boolean },
  scratch: () => string,
): Promise<ReceivedFile> {
  const hash = createHash("sha256");
  const chunks: Buffer[] = [];
  let bytes = 0;
  let spill: { path: string; out: WriteStream } | undefined;
  for await (const chunk of stream) {
    hash.update(chunk);
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes <= IN_MEMORY) continue;
    spill ??= openSpill(scratch());
    await writeAll(spill.out, chunks.splice(0));
  }
  if (spill) await Promise.all([finished(spill.out), spill.out.end()]);
  if (stream.truncated) throw badRequest(`The zip is larger than ${MAX_FILE} bytes.`);
  return { bytes, sha256: hash.digest("hex"), content: spill ? { path: spill.path } : Buffer.concat(chunks) };
}

function openSpill(folder: string) {
  const path = join(folder, `${newId()}.zip`);
  return { path, out: createWriteStream(path, { mode: 0o600 }) };
}

function writeAll(out: WriteStream, chunks: Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    out.write(Buffer.concat(chunks), (error) => (error ? reject(error) : resolve()));
  });
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
