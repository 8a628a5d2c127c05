/** Errors as gRPC statuses: one masked line, and for an app that exists its id, its state and the reasons. */
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { IncompleteError } from "../../lifecycle/failures";
import { bounded, textOf } from "../boundary";
import { encode } from "./wire";

export interface ErrorContext {
  mask(text: string): string;
  /** Names of outputs to mark in the state of an incomplete app. */
  secrets: ReadonlySet<string>;
}

/** Converts any thrown value; only its masked text is sent. */
export function serviceError(error: unknown, context: ErrorContext): ServiceError {
  if (error instanceof IncompleteError) {
    try {
      return incomplete(error, context);
    } catch (unencodable) {
      return plain(textOf(context, unencodable));
    }
  }
  return plain(textOf(context, error));
}

function plain(details: string, metadata = new Metadata()): ServiceError {
  return { name: "", message: details, details, code: status.UNKNOWN, metadata };
}

function incomplete(error: IncompleteError, { mask, secrets }: ErrorContext): ServiceError {
  const reasons = error.reasons.map((reason) => bounded(mask(reason)));
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(encode(error.state, secrets));
  detail.setReasonsList(reasons);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const whole = new Status();
  whole.setCode(status.UNKNOWN);
  whole.setMessage(reasons.join("; "));
  whole.addDetails(packed);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
  return plain(reasons.join("; "), metadata);
}
