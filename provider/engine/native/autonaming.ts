/** The name of an app for which the program sets none: the resource's name, or the one from the project's autonaming. */
import { CheckRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Values } from "../operations";

/** Undefined, which check refuses, if autonaming is disabled. */
export function givenName(request: CheckRequest, olds: Values, news: Values): unknown {
  if (news["appName"] !== undefined) return news["appName"];
  const autonaming = request.getAutonaming();
  if (autonaming === undefined) return request.getName() || request.getUrn().split("::").at(-1);
  if (autonaming.getMode() === CheckRequest.AutonamingOptions.Mode.DISABLE) return undefined;
  // A pattern may contain random characters, so the first name is kept.
  return olds["appName"] ?? autonaming.getProposedName();
}
