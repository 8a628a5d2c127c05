/** The engine's `Log` call: what a plugin prints is hidden. */
import { credentials, Metadata } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { isLoopbackAddress, type Send, sendTimeoutMs } from "../progress";

const severities = { info: LogSeverity.INFO, warning: LogSeverity.WARNING };

export function connect(address: string | undefined): Send | undefined {
  if (address === undefined || !isLoopbackAddress(address)) return undefined;
  const client = new EngineClient(address, credentials.createInsecure());
  return ({ urn, text, severity, ephemeral }) => {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setMessage(text);
    request.setSeverity(severities[severity]);
    request.setEphemeral(ephemeral);
    const options = { deadline: Date.now() + sendTimeoutMs };
    return new Promise((done) => client.log(request, new Metadata(), options, () => done()));
  };
}
