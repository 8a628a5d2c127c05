/** A stack whose program makes CamposApps, with an emulator behind it. */
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { Stack, type StackOptions } from "./stack";

export interface Bench {
  emulator: Emulator;
  stack: Stack;
  /** The writes that the API saw since the last call, as `METHOD /path` with the app's id as `ID`. */
  writes(): string[];
  /** All requests since the last call of `writes` or `calls`. */
  calls(): string[];
  close(): Promise<void>;
}

export interface BenchOptions extends Partial<StackOptions> {
  emulator?: EmulatorOptions;
  /** Arguments of the one app, as JavaScript. Left out when `files` brings its own program. */
  app?: string;
}

/** A program of one app named `web`, whose outputs are the stack's. */
export function program(args: string): string {
  return [
    'const { CamposApp } = require("pulumi-camposcloud");',
    `const web = new CamposApp("web", ${args});`,
    "module.exports = { id: web.id, url: web.url, online: web.online };",
    "",
  ].join("\n");
}

/** A web app without dependencies. */
export const serverSource = [
  'const http = require("node:http");',
  'http.createServer((q, r) => r.end("hello " + (process.env.WHO || "world"))).listen(process.env.PORT);',
  "",
].join("\n");

export const simpleApp =
  '{ source: "./app", mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: 256, exposedViaWeb: true, minReadySeconds: 0 }';

export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const emulator = await startEmulator({ writeWindowSeconds: 0.2, ...options.emulator });
  const stack = await Stack.create(stackOptions(options, emulator)).catch(async (error: unknown) => {
    await emulator.close();
    throw error;
  });
  const calls = () => {
    const seen = emulator
      .requests()
      .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{24}/, "ID")}`);
    emulator.clearRequests();
    return seen;
  };
  return {
    emulator,
    stack,
    calls,
    writes: () => calls().filter((call) => !call.startsWith("GET")),
    close: async () => {
      await emulator.close();
      stack.dispose();
    },
  };
}

function stackOptions(options: BenchOptions, emulator: Emulator): StackOptions {
  return {
    project: options.project,
    files: {
      "index.js": program(options.app ?? simpleApp),
      "app/index.js": serverSource,
      ...options.files,
    },
    config: {
      "camposcloud:token": emulator.token,
      "camposcloud:baseUrl": emulator.url,
      "camposcloud:appUrl": `http://{subdomain}.localhost:${emulator.port}`,
      "camposcloud:writeIntervalSeconds": "0.2",
      ...options.config,
    },
    env: options.env,
    install: options.install,
  };
}

/** Asks a web app of the emulator; the name needs no DNS. */
export async function visit(url: string): Promise<string> {
  const { hostname, port, pathname, host } = new URL(url);
  if (!hostname.endsWith(".localhost")) throw new Error(`${url} is no address of the emulator`);
  const { request } = await import("node:http");
  return new Promise((done, failed) => {
    request({ host: "127.0.0.1", port, path: pathname, headers: { host } }, (response) => {
      let text = "";
      response.on("data", (data) => {
        text += data;
      });
      response.once("end", () => done(text));
    })
      .once("error", failed)
      .end();
  });
}
