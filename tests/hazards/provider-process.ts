/** The SDK's real process for dynamic providers, called as the engine calls it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { credentials, Metadata } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

const root = resolve(__dirname, "../..");
/** A call without a response by then hangs: the engine would wait forever. */
const patienceMs = 20_000;

export const providerText = 'exports.handler=()=>require("pulumi-camposcloud/handlers")';

export type Values = Record<string, unknown>;

/** The result of a call. */
export type Outcome = { ok: true; value: Values } | { ok: false; message: string };

export class ProviderProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
    readonly dir: string,
  ) {}

  static async start(files: Record<string, string>, env: NodeJS.ProcessEnv): Promise<ProviderProcess> {
    const dir = mkdtempSync(join(tmpdir(), "campos-hazard-"));
    for (const [path, text] of Object.entries({
      "package.json": "{}",
      "Pulumi.yaml": "name: h\nruntime: nodejs\n",
      ...files,
    })) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    mkdirSync(join(dir, "node_modules"));
    symlinkSync(root, join(dir, "node_modules/pulumi-camposcloud"), "junction");
    symlinkSync(join(root, "node_modules/@pulumi"), join(dir, "node_modules/@pulumi"), "junction");
    const program = join(root, "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js");
    const child = spawn(process.execPath, [program, "127.0.0.1:9"], {
      cwd: dir,
      env: { ...process.env, ...env },
    });
    child.stderr?.resume();
    const port = await firstLine(child);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    return new ProviderProcess(child, client, dir);
  }

  configure(args: Values): Promise<Outcome> {
    const request = new messages.ConfigureRequest();
    request.setArgs(struct(args));
    return this.answer(
      (done) => this.client.configure(request, new Metadata(), options(), done),
      () => ({}),
    );
  }

  check(olds: Values, news: Values): Promise<Outcome> {
    const request = new messages.CheckRequest();
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    return this.answer<messages.CheckResponse>(
      (done) => this.client.check(request, new Metadata(), options(), done),
      (response) => ({
        inputs: response.getInputs()?.toJavaScript(),
        failures: response.getFailuresList().map((failure) => failure.toObject()),
      }),
    );
  }

  diff(id: string, olds: Values, news: Values): Promise<Outcome> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    return this.answer<messages.DiffResponse>(
      (done) => this.client.diff(request, new Metadata(), options(), done),
      (response) => ({ ...response.toObject() }),
    );
  }

  create(properties: Values): Promise<Outcome> {
    const request = new messages.CreateRequest();
    request.setProperties(struct(properties));
    return this.answer<messages.CreateResponse>(
      (done) => this.client.create(request, new Metadata(), options(), done),
      (response) => ({ id: response.getId(), properties: response.getProperties()?.toJavaScript() }),
    );
  }

  read(id: string, properties: Values): Promise<Outcome> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setProperties(struct(properties));
    return this.answer<messages.ReadResponse>(
      (done) => this.client.read(request, new Metadata(), options(), done),
      (response) => ({
        id: response.getId(),
        properties: response.getProperties()?.toJavaScript(),
        inputs: response.getInputs()?.toJavaScript(),
      }),
    );
  }

  update(id: string, olds: Values, news: Values): Promise<Outcome> {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    return this.answer<messages.UpdateResponse>(
      (done) => this.client.update(request, new Metadata(), options(), done),
      (response) => ({ properties: response.getProperties()?.toJavaScript() }),
    );
  }

  delete(id: string, properties: Values): Promise<Outcome> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(struct(properties));
    return this.answer(
      (done) => this.client.delete(request, new Metadata(), options(), done),
      () => ({}),
    );
  }

  async stop(): Promise<void> {
    this.client.close();
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGKILL");
    await ended;
    rmSync(this.dir, { recursive: true, force: true });
  }

  private answer<T>(
    call: (done: (error: Error | null, response: T) => void) => unknown,
    read: (response: T) => Values,
  ): Promise<Outcome> {
    return new Promise((resolved, failed) => {
      call((error, response) => {
        if (error === null) return resolved({ ok: true, value: read(response) });
        if (/DEADLINE_EXCEEDED/.test(error.message)) return failed(new Error("the call hangs"));
        return resolved({ ok: false, message: error.message });
      });
    });
  }
}

function options(): { deadline: Date } {
  return { deadline: new Date(Date.now() + patienceMs) };
}

function struct(values: Values): Struct {
  return Struct.fromJavaScript({ __provider: providerText, ...values } as Parameters<
    typeof Struct.fromJavaScript
  >[0]);
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the provider process ended with ${code}`)));
    let text = "";
    child.stdout?.on("data", (data) => {
      text += data;
      if (text.includes("\n")) done(text.trim());
    });
  });
}
