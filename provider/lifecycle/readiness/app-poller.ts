/** Polls apps for all operations of an account with few requests: operations that wait at the same time share a listing. */
import { type App, mergeApps } from "../../api/app";
import { allApps } from "../../api/listing";
import type { Deps } from "../deps";

const minPauseMs = 1000;
const maxPauseMs = 5000;
/** While no other operation needs the rate limit: often enough to notice an app that is online for a few seconds only. */
const maxCheapPauseMs = 2000;
const growth = 1.5;
/** How long a hurried waiter polls its app directly. */
const hurriedMs = 8000;

interface Listing {
  sentAt: number;
  answer: Promise<{ at: number; apps: Map<string, App> }>;
}

/** The polling state of one wait. */
export interface Waiter {
  readonly id: string;
  /** The app's own endpoint returned more than its entry in the listing. */
  direct: boolean | undefined;
  /** The pause before its next poll. */
  pauseMs: number;
  /** Until then it polls often, with requests of its own. */
  hurriedUntil?: number;
}

export class AppPoller {
  /** Operations in progress, including those that are not waiting yet. */
  private operations = 0;
  private readonly waiters = new Set<Waiter>();
  private readonly listings = new Map<string, Listing>();
  private listingPauseMs = minPauseMs;
  /** Number of requests for one listing. */
  private pages = 1;

  /** Registers an operation that may wait later; the returned function removes it. */
  enter(): () => void {
    this.operations++;
    return () => {
      this.operations--;
    };
  }

  join(id: string): Waiter {
    const waiter: Waiter = { id, direct: undefined, pauseMs: minPauseMs };
    this.waiters.add(waiter);
    if (this.waiters.size === 1 || this.allWait) this.listingPauseMs = minPauseMs;
    return waiter;
  }

  leave(waiter: Waiter): void {
    this.waiters.delete(waiter);
  }

  /** The time of the next poll; `dueAt` is a time at which a poll may be the last one. */
  nextLookAt(waiter: Waiter, now: number, dueAt: number | undefined): number {
    const pauseMs = (waiter.hurriedUntil ?? 0) > now ? minPauseMs : waiter.pauseMs;
    waiter.pauseMs = Math.min(pauseMs * growth, this.allWait ? maxCheapPauseMs : maxPauseMs);
    const next = now + pauseMs;
    return dueAt !== undefined && dueAt > now ? Math.min(next, dueAt + 20) : next;
  }

  /** The app was just started: polls often for a while. */
  hurry(waiter: Waiter, now: number): void {
    waiter.hurriedUntil = now + hurriedMs;
  }

  /** Polls an app; returns it with the time of the observation. */
  async poll(deps: Deps, app: App, waiter: Waiter): Promise<{ app: App; at: number }> {
    const hurried = (waiter.hurriedUntil ?? 0) > deps.clock.now();
    if (hurried || waiter.direct === true || this.waiters.size <= this.pages)
      return this.pollDirectly(deps, app);
    const listing = await this.listing(deps, app.teamId);
    // The listing may have been requested by an operation that has been aborted since.
    const answer = await listing.answer.catch(() => undefined);
    const listed = answer?.apps.get(app.id);
    if (answer === undefined || listed === undefined) return this.pollDirectly(deps, app);
    if (listed.currentResourceMetrics === undefined && waiter.direct === undefined) {
      const found = await this.pollDirectly(deps, app);
      waiter.direct = found.app.currentResourceMetrics !== undefined;
      return found;
    }
    return { app: seenNow(app, listed), at: answer.at };
  }

  // While no operation is about to send a create or an update, polling takes nothing away from others.
  private get allWait(): boolean {
    return this.operations <= this.waiters.size;
  }

  private async pollDirectly(deps: Deps, app: App): Promise<{ app: App; at: number }> {
    const found = await deps.api.getApp(app.id);
    return { app: seenNow(app, found), at: deps.clock.now() };
  }

  /** The next listing, shared by everyone who asks before it is sent. */
  private async listing(deps: Deps, teamId: string | undefined): Promise<Listing> {
    const key = teamId ?? "";
    const asked = deps.clock.now();
    for (;;) {
      const now = deps.clock.now();
      const last = this.listings.get(key);
      if (last && last.sentAt >= asked) return last;
      const pauseMs = this.allWait ? this.listingPauseMs : maxPauseMs;
      const wait = last ? last.sentAt + pauseMs - now : 0;
      if (wait <= 0) return this.list(deps, key, teamId);
      await deps.clock.sleep(wait, deps.signal);
    }
  }

  private list(deps: Deps, key: string, teamId: string | undefined): Listing {
    this.listingPauseMs = Math.min(this.listingPauseMs * growth, maxCheapPauseMs);
    let pages = 0;
    const counted = {
      listApps: (query: Parameters<Deps["api"]["listApps"]>[0]) => {
        pages++;
        return deps.api.listApps(query);
      },
    };
    const listing: Listing = {
      sentAt: deps.clock.now(),
      answer: allApps(counted, teamId).then((apps) => {
        this.pages = pages;
        return { at: deps.clock.now(), apps: new Map(apps.map((app) => [app.id, app])) };
      }),
    };
    listing.answer.catch(() => undefined);
    this.listings.set(key, listing);
    return listing;
  }
}

/** Metrics are only valid in the observation that returned them. */
function seenNow(known: App, found: App): App {
  return { ...mergeApps(known, found), currentResourceMetrics: found.currentResourceMetrics };
}
