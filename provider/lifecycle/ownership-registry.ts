/** What one provider process knows of the apps of an account: whose they are, and what it has looked up already. */
import type { App } from "../api/app";
import { RefusedError } from "./failures";
import type { Marker } from "./marker";

/** A lookup under way or done, and the signal of the operation that made it. */
interface Lookup<T> {
  readonly result: Promise<T>;
  readonly signal: AbortSignal;
}

/** Lookups by name, each made once for all operations that ask. One that failed is made again. */
class Lookups<T> {
  private readonly present = new Map<string, Lookup<T>>();

  async get(key: string, signal: AbortSignal, look: () => Promise<T>): Promise<T> {
    for (;;) {
      const present = this.present.get(key);
      if (!present) break;
      try {
        return await present.result;
      } catch (error) {
        // It ended with the operation that made it, which says nothing about this one.
        if (!present.signal.aborted || signal.aborted) throw error;
      }
    }
    const lookup = { result: look(), signal };
    this.present.set(key, lookup);
    lookup.result.catch(() => {
      if (this.present.get(key) === lookup) this.present.delete(key);
    });
    return lookup.result;
  }
}

export class OwnershipRegistry {
  /** Apps by owner: "" for the user's own, else a team's id. */
  readonly listings = new Lookups<App[]>();
  readonly teams = new Lookups<string[]>();
  /** Markers by the app's id. */
  readonly markers = new Lookups<Marker | undefined>();
  private readonly held = new Set<string>();
  private readonly created = new Set<string>();
  private readonly adopters = new Map<string, string>();
  private readonly staying = new Map<string, string>();

  /** The app belongs to a resource, of this run or of the state: no other may take it. */
  hold(id: string): void {
    this.held.add(id);
  }

  isHeld(id: string): boolean {
    return this.held.has(id);
  }

  /** A create of this process has the app, and the state will. */
  tookByCreate(id: string): void {
    this.held.add(id);
    this.created.add(id);
  }

  /** The resource was compared with the app, and keeps it unless it is checked as a new one later. */
  compared(id: string, urnHash: string, isReplaced: boolean): void {
    this.held.add(id);
    if (isReplaced) this.staying.delete(id);
    else this.staying.set(id, urnHash);
  }

  /** The engine checks the inputs of a replacement as those of a new resource. */
  checkedAsNew(urnHash: string): void {
    for (const [id, urn] of this.staying) if (urn === urnHash) this.staying.delete(id);
  }

  /** Why the app must not be deleted for a resource that the engine drops: another entry of the state needs it. */
  keeps(id: string): boolean {
    return this.created.has(id) || this.staying.has(id);
  }

  /** Whether another resource of this run adopts the app. The first that asks has it. */
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
  "another resource of this stack has it already. An app belongs to one resource: take `adopt` out of the other, or out of this one";
