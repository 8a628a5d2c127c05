/** Owns the plain HTTP client of these tests: one emulator per test, ended and checked afterwards. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import axios, { type AxiosInstance, type AxiosResponse } from "axios";
import FormData from "form-data";
import JSZip from "jszip";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../emulator";
import { type Schema, violations } from "./schemas";

export type Files = Record<string, string | Buffer>;
/** Bodies are looked into freely here; the shapes have tests of their own. */
// biome-ignore lint/suspicious/noExplicitAny: an answer's body has no type before a test has looked at it
export type Answer = AxiosResponse<any>;

export function clientOf({ url, token }: { url: string; token: string }): AxiosInstance {
  return axios.create({
    baseURL: url,
    headers: { Authorization: `Bearer ${token}` },
    validateStatus: () => true,
    maxBodyLength: Number.POSITIVE_INFINITY,
  });
}

export interface Bench {
  emulator: Emulator;
  api: AxiosInstance;
}

const open: Emulator[] = [];

/** Without the 3 s windows unless the options say so. */
export async function bench(options: EmulatorOptions = {}): Promise<Bench> {
  const emulator = await startEmulator({ writeWindowSeconds: 0, ...options });
  open.push(emulator);
  return { emulator, api: clientOf(emulator) };
}

/** To be called after each test. */
export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((emulator) => emulator.close()));
}

export async function zipOf(files: Files): Promise<Buffer> {
  const zip = new JSZip();
  for (const [path, content] of Object.entries(files)) zip.file(path, content, { createFolders: false });
  return zip.generateAsync({ type: "nodebuffer", compression: "DEFLATE" });
}

export const WORKER = { "index.js": "setInterval(() => {}, 1000); console.log('at work');" };
export const WEB = {
  "index.js": `require("http").createServer((q, r) => r.end("hello from " + process.pid)).listen(process.env.PORT);`,
};

export interface CreateFields {
  [field: string]: string | undefined;
}

/** A valid form; a field given as undefined is left out. */
export async function formOf(
  files: Files | Buffer | undefined,
  fields: CreateFields = {},
): Promise<FormData> {
  const form = new FormData();
  const all = {
    appName: "app",
    mainFile: "index.js",
    memoryMB: "256",
    runtimeEnvironment: "nodejs",
    ...fields,
  };
  for (const [field, value] of Object.entries(all)) if (value !== undefined) form.append(field, value);
  if (files !== undefined) {
    const zip = Buffer.isBuffer(files) ? files : await zipOf(files);
    form.append("file", zip, { filename: "file.zip", contentType: "application/zip" });
  }
  return form;
}

export async function create(
  api: AxiosInstance,
  files: Files | Buffer,
  fields: CreateFields = {},
): Promise<Answer> {
  return api.post("/v1/apps/create", await formOf(files, fields));
}

/** Creates an app and returns its id. */
export async function createId(
  api: AxiosInstance,
  files: Files | Buffer,
  fields: CreateFields = {},
): Promise<string> {
  const answer = await create(api, files, fields);
  assert.equal(answer.status, 201, JSON.stringify(answer.data));
  return answer.data._id;
}

export async function upload(api: AxiosInstance, id: string, files: Files | Buffer): Promise<Answer> {
  const form = new FormData();
  form.append("file", Buffer.isBuffer(files) ? files : await zipOf(files), "file.zip");
  return api.post(`/v1/apps/${id}/upload?path=/`, form);
}

export const settings = (changes: Record<string, unknown> = {}) => ({
  appName: "app",
  memoryMB: 256,
  startupCommand: "",
  runtimeEnvironment: "nodejs",
  ...changes,
});

/** Asks until the condition holds; a generous bound, only reached by a failure. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await sleep(30);
  }
}

/** The metrics that the owner of the emulator sees; asking costs no request. */
export function metricsOf({ emulator }: Bench, id: string) {
  return emulator.apps().find((app) => app._id === id)?.currentResourceMetrics ?? undefined;
}

export async function online(bench: Bench, id: string): Promise<void> {
  try {
    await until("the app is online", () => metricsOf(bench, id)?.online === true);
  } catch (cause) {
    throw new Error(`The app is not online. Its log:\n${bench.emulator.log(id)}`, { cause });
  }
}

/** Output may be a moment behind the state. */
export async function logged({ emulator }: Bench, id: string, what: RegExp): Promise<void> {
  await until(`the log has ${what}`, () => what.test(emulator.log(id)));
}

export async function offline(bench: Bench, id: string): Promise<void> {
  await until("the app is offline", () => metricsOf(bench, id)?.online === false);
}

export function conforms(value: unknown, schema: Schema): void {
  assert.deepEqual(violations(value, schema), []);
}

export interface WebAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

/** Requests a web app through its subdomain; the name need not resolve on this machine. */
export function visit(
  port: number,
  host: string,
  options: { path?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<WebAnswer>((resolve, reject) => {
    const headers = { host, ...options.headers };
    const request = http.get(
      { host: "127.0.0.1", port, path: options.path ?? "/", headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
        response.on("error", reject);
      },
    );
    request.on("error", reject);
  });
}

export async function subdomain(api: AxiosInstance, id: string): Promise<string> {
  const answer = await api.post(`/v1/apps/${id}/start`);
  assert.equal(typeof answer.data.assignedSubdomain, "string");
  return `${answer.data.assignedSubdomain}.localhost`;
}

/** What a visitor of the app's address gets. */
export async function pageOf({ api, emulator }: Bench, id: string, path = "/"): Promise<WebAnswer> {
  return visit(emulator.port, await subdomain(api, id), { path });
}

/** A zombie, which only waits for its parent to notice, runs no more. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
