/** The engine's `Log` call, with the gRPC client of the program's SDK. */
import { createRequire } from "node:module";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { engineAddress, type Line, type Send, sendTimeoutMs } from "../progress";

export function connect(): Send | undefined {
  const address = engineAddress();
  if (address === undefined) return undefined;
  // gRPC is a dependency of the SDK, not ours: in strict layouts (pnpm) it can only be resolved from there.
  const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const grpc = fromSdk("@grpc/grpc-js") as {
    credentials: { createInsecure(): never };
    Metadata: new () => never;
  };
  const { EngineClient: Client } = fromSdk("./proto/engine_grpc_pb") as {
    EngineClient: new (address: string, credentials: never) => EngineClient;
  };
  const messages = fromSdk("./proto/engine_pb") as typeof import("@pulumi/pulumi/proto/engine_pb");
  const client = new Client(address, grpc.credentials.createInsecure());
  const severities: Record<Line["severity"], LogSeverity> = {
    info: messages.LogSeverity.INFO,
    warning: messages.LogSeverity.WARNING,
  };
  return (line) => {
    const request = new messages.LogRequest();
    request.setUrn(line.urn);
    request.setMessage(line.text);
    request.setSeverity(severities[line.severity]);
    request.setEphemeral(line.ephemeral);
    const options = { deadline: Date.now() + sendTimeoutMs };
    return new Promise((done) => client.log(request, new grpc.Metadata(), options, () => done()));
  };
}
