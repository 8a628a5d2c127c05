/** The gRPC service of the plugin, and its process, which no call can end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { serviceError } from "./errors";
import { NativeProvider } from "./provider";

/** The same as the engine's limit: a state with the files of an archive can be large. */
const longestMessage = 400 * 1024 * 1024;
const orphanCheckMs = 5000;

/** Prints the port that it listens on, which the engine waits for. */
export function startServer(version: string, folder: string): void {
  const server = new Server({
    "grpc.max_receive_message_length": longestMessage,
    "grpc.max_send_message_length": longestMessage,
  });
  const running = { calls: 0 };
  server.addService(ResourceProviderService as never, serviceOf({ version, folder, running }));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      process.stdout.write(`The CamposCloud plugin could not listen on a local port: ${error.message}\n`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  endWithEngine(running);
}

interface ServiceOptions {
  version: string;
  /** Contains `schema.json`. */
  folder: string;
  running: { calls: number };
}

function serviceOf({ version, folder, running }: ServiceOptions): UntypedServiceImplementation {
  const provider = new NativeProvider();
  const empty = () => new Empty();
  const on = <Q, A>(run: (request: Q) => A | Promise<A>) => unary(run, running);
  const service = {
    handshake: on((request: messages.ProviderHandshakeRequest) => {
      provider.attach(request.getEngineAddress());
      const response = new messages.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    attach: on((request: { getAddress(): string }) => {
      provider.attach(request.getAddress());
      return empty();
    }),
    getPluginInfo: on(() => new PluginInfo().setVersion(version)),
    getSchema: on(() => {
      const schema = readFileSync(join(folder, "schema.json"), "utf8");
      return new messages.GetSchemaResponse().setSchema(schema);
    }),
    checkConfig: on((request: messages.CheckRequest) => provider.checkConfig(request)),
    diffConfig: on((request: messages.DiffRequest) => provider.diffConfig(request)),
    configure: on((request: messages.ConfigureRequest) => provider.configure(request)),
    check: on((request: messages.CheckRequest) => provider.check(request)),
    diff: on((request: messages.DiffRequest) => provider.diff(request)),
    create: on((request: messages.CreateRequest) => provider.create(request)),
    update: on((request: messages.UpdateRequest) => provider.update(request)),
    read: on((request: messages.ReadRequest) => provider.read(request)),
    delete: on((request: messages.DeleteRequest) => provider.delete(request).then(empty)),
    invoke: on((request: messages.InvokeRequest) => provider.invoke(request)),
    cancel: on(() => {
      provider.cancel();
      return empty();
    }),
  };
  return service as UntypedServiceImplementation;
}

function unary<Q, A>(run: (request: Q) => A | Promise<A>, running: { calls: number }) {
  return async ({ request }: ServerUnaryCall<Q, A>, callback: sendUnaryData<A>): Promise<void> => {
    running.calls++;
    try {
      callback(null, await run(request));
    } catch (error) {
      callback(
        isServiceError(error) ? error : serviceError(error, { mask: (text) => text, secrets: new Set() }),
      );
    } finally {
      running.calls--;
    }
  };
}

function isServiceError(error: unknown): error is ReturnType<typeof serviceError> {
  return typeof error === "object" && error !== null && "metadata" in error && "details" in error;
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}

/** A killed engine does not end its plugins. Calls in progress are completed first. */
function endWithEngine(running: { calls: number }): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && running.calls === 0) process.exit(0);
  }, orphanCheckMs).unref();
}
