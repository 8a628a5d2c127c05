/** Lines in the resource's row of the CLI, through the engine's `Log` call. Its own failures are ignored. */
import { createRequire } from "node:module";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

export interface Line {
  /** The resource's URN; without one nothing is shown. */
  urn: string | undefined;
  text: string;
  severity: "info" | "warning";
  /** Shown while it happens, then gone. */
  ephemeral: boolean;
}

type Send = (line: Line) => void;

let send: Send | undefined;

export function showLine(line: Line): void {
  // A malformed URN would crash the CLI and leave the stack locked.
  if (line.urn === undefined || !/^urn:pulumi:[^:]+::[^:]+::[^:]+.*::.+$/.test(line.urn)) return;
  try {
    send ??= connect();
    send(line);
  } catch {
    // Without progress the work goes on just as well.
    send = () => undefined;
  }
}

function connect(): Send {
  // The engine starts the provider process with its address as the last argument.
  const address = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  if (address === undefined || !/^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(address))
    return () => undefined;
  // gRPC is the SDK's dependency, not ours: in strict layouts it can only be found from there.
  const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const grpc = fromSdk("@grpc/grpc-js") as { credentials: { createInsecure(): never } };
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
    request.setUrn(line.urn ?? "");
    request.setMessage(line.text);
    request.setSeverity(severities[line.severity]);
    request.setEphemeral(line.ephemeral);
    client.log(request, () => undefined);
  };
}
