/** Which resource owns which app, as learned from the engine's calls; used by later creates and deletes of the run. */
import { createHash } from "node:crypto";
import type { Failure } from "../lifecycle/check";
import { adoptedElsewhere, OwnershipRegistry } from "../lifecycle/ownership-registry";
import { isUnknown } from "../lifecycle/values";
import { accountOf, PerAccount } from "./account";

type Values = Readonly<Record<string, unknown>>;

/** Identifies a resource in states and in the marker files of apps, so it never changes. */
export function hashOfUrn(urn: string): string {
  return createHash("sha256").update(urn).digest("hex").slice(0, 32);
}

export class Owners {
  /** Hashes of the URNs in the state. */
  private readonly inState = new Set<string>();
  private readonly registries = new PerAccount(() => new OwnershipRegistry());

  /** The registry of the account that the values name. */
  of(values: Values): OwnershipRegistry {
    return this.registries.of(accountOf(values) ?? "");
  }

  /** `olds` are the inputs in the state; empty for a new resource, and for the second check of a replacement. */
  checked(urnHash: string, olds: Values, given: Values): Failure[] {
    const registry = this.of(given);
    if (Object.keys(olds).length > 0) this.inState.add(urnHash);
    else registry.checkedAsNew(urnHash);
    const { adopt } = given;
    if (typeof adopt !== "string" || isUnknown(adopt)) return [];
    const elsewhere = registry.isAdoptedElsewhere(adopt, urnHash);
    return elsewhere && !this.inState.has(urnHash) ? [{ property: "adopt", reason: adoptedElsewhere }] : [];
  }

  compared(id: string, { olds, news, replaced }: { olds: Values; news: Values; replaced: boolean }): void {
    const urnHash = String(news["urnHash"] ?? olds["urnHash"] ?? id);
    this.of(olds).compared(id, urnHash, replaced);
  }

  /** The resource is already in the state, so its create is a replacement. */
  isReplacement(inputs: Values): boolean {
    return this.inState.has(String(inputs["urnHash"]));
  }
}
