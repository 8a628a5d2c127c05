/** The name of an app whose program gives none: the resource's, or what the project's autonaming says. */
import { CheckRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Values } from "../operations";

/** Undefined, which check refuses, when autonaming is turned off. */
export function givenName(request: CheckRequest, olds: Values, news: Values): unknown {
  if (news["appName"] !== undefined) return news["appName"];
  const autonaming = request.getAutonaming();
  if (autonaming === undefined) return request.getName() || request.getUrn().split("::").at(-1);
  if (autonaming.getMode() === CheckRequest.AutonamingOptions.Mode.DISABLE) return undefined;
  // A pattern may hold random letters: a name once given stays.
  return olds["appName"] ?? autonaming.getProposedName();
}
