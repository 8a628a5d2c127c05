/** What one provider process knows about the apps of an account: which resource owns them, and cached lookups. */
import type { App } from "../api/app";
import { type IncompleteError, RefusedError } from "./failures";
import type { Marker } from "./marker";

/** A lookup in progress or completed, and the signal of the operation that started it. */
interface Lookup<T> {
  readonly result: Promise<T>;
  readonly signal: AbortSignal;
}

/** Lookups by key, each made once and shared by all operations. A failed lookup is repeated. */
class Lookups<T> {
  private readonly present = new Map<string, Lookup<T>>();

  async get(key: string, signal: AbortSignal, load: () => Promise<T>): Promise<T> {
    for (;;) {
      const present = this.present.get(key);
      if (!present) break;
      try {
        return await present.result;
      } catch (error) {
        // It was aborted with the operation that started it, which does not concern this one.
        if (!present.signal.aborted || signal.aborted) throw error;
      }
    }
    const lookup = { result: load(), signal };
    this.present.set(key, lookup);
    lookup.result.catch(() => {
      if (this.present.get(key) === lookup) this.present.delete(key);
    });
    return lookup.result;
  }

  clear(): void {
    this.present.clear();
  }
}

export class OwnershipRegistry {
  /** Apps by owner: "" for the personal account, otherwise the id of a team. */
  readonly listings = new Lookups<App[]>();
  readonly teams = new Lookups<string[]>();
  /** Markers by app id. */
  readonly markers = new Lookups<Marker | undefined>();
  private readonly held = new Set<string>();
  /** Apps that a create has found, and the hashes of the URNs of their resources. */
  private readonly reserved = new Map<string, string>();
  /** By the hash of the URN: the creates of this process, and how they failed if they left an app. */
  private readonly creates = new Map<string, IncompleteError | undefined>();
  private readonly created = new Set<string>();
  private readonly adopters = new Map<string, string>();
  private readonly staying = new Map<string, string>();

  /** No create may take the app. */
  hold(id: string): void {
    this.held.add(id);
  }

  /** No other resource may take the app, but a later create of this one may. */
  reserve(id: string, urnHash: string): void {
    this.reserved.set(id, urnHash);
  }

  /** Whether a create of this resource may not take the app. */
  isHeld(id: string, urnHash: string): boolean {
    return this.held.has(id) || (this.reserved.get(id) ?? urnHash) !== urnHash;
  }

  /** Returns how an earlier create of this resource failed, if it left an app that is known. */
  beginCreate(urnHash: string): IncompleteError | undefined {
    // An app of an earlier create whose response was lost is not in the listings.
    if (this.creates.has(urnHash)) this.listings.clear();
    else this.creates.set(urnHash, undefined);
    return this.creates.get(urnHash);
  }

  /** Call it with the failure if the create left an app that is known, and without one if it succeeded. */
  endCreate(urnHash: string, failure?: IncompleteError): void {
    this.creates.set(urnHash, failure);
  }

  /** A create in this process owns the app, which will be in the state. */
  tookByCreate(id: string): void {
    this.held.add(id);
    this.created.add(id);
  }

  /** The resource was compared with the app and keeps it, unless it is later checked as a new resource. */
  compared(id: string, urnHash: string, isReplaced: boolean): void {
    this.held.add(id);
    if (isReplaced) this.staying.delete(id);
    else this.staying.set(id, urnHash);
  }

  /** The engine checks the inputs of a replacement like those of a new resource. */
  checkedAsNew(urnHash: string): void {
    for (const [id, urn] of this.staying) if (urn === urnHash) this.staying.delete(id);
  }

  /** Whether another entry in the state uses the app, so that it must not be deleted. */
  keeps(id: string): boolean {
    return this.created.has(id) || this.staying.has(id);
  }

  /** Whether another resource of this run adopts the app. The first one that asks adopts it. */
  isAdoptedElsewhere(id: string, urnHash: string): boolean {
    const adopter = this.adopters.get(id) ?? urnHash;
    this.adopters.set(id, adopter);
    return adopter !== urnHash;
  }

  refuseSecondAdoption(id: string, urnHash: string): void {
    if (!this.isAdoptedElsewhere(id, urnHash) && !this.held.has(id)) return;
    throw new RefusedError(`Could not adopt the app ${id}: ${adoptedElsewhere}.`);
  }
}

export const adoptedElsewhere =
  "another resource of this stack already manages it. An app can belong to one resource only: remove `adopt` from the other one, or from this one";
