/**
 * Polls apps for all operations of an account with few requests: operations that wait at the same time poll in rounds, and a
 * round is one listing.
 */
import { type App, mergeApps } from "../../api/app";
import { allApps } from "../../api/listing";
import type { Deps } from "../deps";

const minPauseMs = 1000;
/**
 * Between rounds while other operations need the rate limit. All rounds of a run together are then fewer than one every 5 s,
 * including the first ones, which follow each other faster.
 */
const maxPauseMs = 5500;
/** While no other operation needs the rate limit: often enough to notice an app that is online for a few seconds only. */
const maxCheapPauseMs = 2000;
const growth = 1.5;
/** Multiplied by the number of apps: small programs poll more often. */
const pausePerAppMs = 650;
/** How long a round is delayed so that it can be the last one for another app. */
const maxDelayMs = 1000;
const dueMarginMs = 20;
/** How long a hurried waiter polls its app directly. */
const hurriedMs = 8000;

interface Round {
  sentAt: number;
  /** Undefined if each waiter requests its app directly, which takes fewer requests. */
  listing: Promise<{ at: number; apps: Map<string, App> }> | undefined;
}

/** The polling state of one wait. */
export interface Waiter {
  readonly id: string;
  /** The app's own endpoint returned more than its entry in the listing. */
  direct: boolean | undefined;
  /** The pause before its next poll. */
  pauseMs: number;
  /** When a poll can be the last one. */
  dueAt?: number;
  /** Until then it polls often, with requests of its own. */
  hurriedUntil?: number;
}

export class AppPoller {
  /** Operations in progress, including those that are not waiting yet. */
  private operations = 0;
  /** All operations of this run so far. */
  private entered = 0;
  private readonly waiters = new Set<Waiter>();
  /** The last round of each owner: a team, or "" for the account. */
  private readonly rounds = new Map<string, Round>();
  private roundPauseMs = minPauseMs;
  /** Number of requests for one listing. */
  private pages = 1;

  /** Registers an operation that may wait later; the returned function removes it. */
  enter(): () => void {
    this.operations++;
    this.entered++;
    return () => {
      this.operations--;
    };
  }

  join(id: string): Waiter {
    const waiter: Waiter = { id, direct: undefined, pauseMs: minPauseMs };
    this.waiters.add(waiter);
    if (this.waiters.size === 1 && this.allWait) this.roundPauseMs = minPauseMs;
    return waiter;
  }

  leave(waiter: Waiter): void {
    this.waiters.delete(waiter);
  }

  /** The time of the next poll; `dueAt` is a time at which a poll may be the last one. */
  nextLookAt(waiter: Waiter, now: number, dueAt: number | undefined): number {
    const pauseMs = (waiter.hurriedUntil ?? 0) > now ? minPauseMs : waiter.pauseMs;
    waiter.pauseMs = Math.min(pauseMs * growth, this.allWait ? maxCheapPauseMs : maxPauseMs);
    waiter.dueAt = dueAt;
    const next = now + pauseMs;
    return dueAt !== undefined && dueAt > now ? Math.min(next, dueAt + dueMarginMs) : next;
  }

  /** The app was just started: polls often for a while. */
  hurry(waiter: Waiter, now: number): void {
    waiter.hurriedUntil = now + hurriedMs;
  }

  /** Polls an app; returns it with the time of the observation. */
  async poll(deps: Deps, app: App, waiter: Waiter): Promise<{ app: App; at: number }> {
    const hurried = (waiter.hurriedUntil ?? 0) > deps.clock.now();
    if (hurried || (this.allWait && this.waiters.size <= this.pages)) return this.pollDirectly(deps, app);
    const { listing } = await this.nextRound(deps, app.teamId);
    if (waiter.direct === true) return this.pollDirectly(deps, app);
    // The listing may have been requested by an operation that has been aborted since.
    const response = await listing?.catch(() => undefined);
    const listed = response?.apps.get(app.id);
    if (response === undefined || listed === undefined) return this.pollDirectly(deps, app);
    if (listed.currentResourceMetrics === undefined && waiter.direct === undefined) {
      const found = await this.pollDirectly(deps, app);
      waiter.direct = found.app.currentResourceMetrics !== undefined;
      return found;
    }
    return { app: seenNow(app, listed), at: response.at };
  }

  // While no operation is about to send a create or an update, polling takes nothing away from others.
  private get allWait(): boolean {
    return this.operations <= this.waiters.size;
  }

  private async pollDirectly(deps: Deps, app: App): Promise<{ app: App; at: number }> {
    const found = await deps.api.getApp(app.id);
    return { app: seenNow(app, found), at: deps.clock.now() };
  }

  /** The next round, shared by everyone who asks before it starts. */
  private async nextRound(deps: Deps, teamId: string | undefined): Promise<Round> {
    const key = teamId ?? "";
    const asked = deps.clock.now();
    for (;;) {
      const now = deps.clock.now();
      const last = this.rounds.get(key);
      if (last && last.sentAt >= asked) return last;
      const wait = last ? this.roundAfter(last) - now : 0;
      if (wait <= 0) return this.begin(deps, key, teamId);
      // In the meantime another waiter may start a round, or the last create may be sent.
      await deps.clock.sleep(Math.min(wait, minPauseMs), deps.signal);
    }
  }

  private roundAfter(last: Round): number {
    const apps = this.allWait ? this.waiters.size : this.entered;
    const maxMs = Math.min(Math.max(apps * pausePerAppMs, maxCheapPauseMs), maxPauseMs);
    const at = last.sentAt + Math.min(this.roundPauseMs, maxMs);
    const due = [...this.waiters].map(({ dueAt = 0 }) => dueAt + dueMarginMs);
    return Math.max(at, ...due.filter((each) => each <= at + maxDelayMs));
  }

  private begin(deps: Deps, key: string, teamId: string | undefined): Round {
    this.roundPauseMs = Math.min(this.roundPauseMs * growth, maxPauseMs);
    const few = this.waiters.size < this.pages;
    const useless = [...this.waiters].every(({ direct }) => direct === true);
    const listing = few || useless ? undefined : this.list(deps, teamId);
    const round = { sentAt: deps.clock.now(), listing };
    this.rounds.set(key, round);
    return round;
  }

  private list(deps: Deps, teamId: string | undefined): Round["listing"] {
    let pages = 0;
    const counted = {
      listApps: (query: Parameters<Deps["api"]["listApps"]>[0]) => {
        pages++;
        return deps.api.listApps(query);
      },
    };
    const listing = allApps(counted, teamId).then((apps) => {
      this.pages = pages;
      return { at: deps.clock.now(), apps: new Map(apps.map((app) => [app.id, app])) };
    });
    listing.catch(() => undefined);
    return listing;
  }
}

/** Metrics are only valid in the observation that returned them. */
function seenNow(known: App, found: App): App {
  return { ...mergeApps(known, found), currentResourceMetrics: found.currentResourceMetrics };
}
