/** A scripted app in virtual time, and the dependencies of an operation that polls it. */
import type { App, AppPage } from "../../../provider/api/app";
import type { Api, Deps } from "../../../provider/lifecycle/deps";
import type { ProbeResult } from "../../../provider/lifecycle/readiness/health-check";
import { VirtualClock } from "../../support/virtual-clock";

/** The runs of an app as [from, until] in seconds after the start; it is online during them. */
export type Lives = readonly (readonly [from: number, until: number])[];

export interface ScriptOptions {
  /** The app this many milliseconds after the start. */
  look: (id: string, ms: number) => App;
  probe?: (url: string, ms: number) => ProbeResult;
}

/** Metrics as the API returns them for these runs. */
export function metricsOf(lives: Lives, ms: number): App["currentResourceMetrics"] {
  const life = lives.find(([from, until]) => ms >= from * 1000 && ms < until * 1000);
  const timestamp = new Date(ms).toISOString();
  if (!life) return { timestamp, online: false, uptime: 0 };
  const uptime = Math.floor(ms / 1000 - life[0]);
  return { timestamp, online: true, uptime, startedAt: new Date(life[0] * 1000).toISOString() };
}

/** Dependencies whose API returns scripted apps, and a record of requests and messages. */
export class Script {
  readonly clock = new VirtualClock();
  readonly asked: string[] = [];
  readonly askedAt: number[] = [];
  readonly said: string[] = [];
  readonly warned: string[] = [];
  readonly probed: string[] = [];
  readonly stop = new AbortController();
  ids = ["a", "b", "c"];
  private readonly start = this.clock.now();

  constructor(private readonly options: ScriptOptions) {}

  get ms(): number {
    return this.clock.now() - this.start;
  }

  get begin(): number {
    return this.start;
  }

  get deps(): Deps {
    const note = (call: string) => {
      this.asked.push(call);
      this.askedAt.push(this.ms);
    };
    const getApp = async (id: string) => {
      note(`get ${id}`);
      return this.options.look(id, this.ms);
    };
    const listApps = async (): Promise<AppPage> => {
      note("list");
      return { apps: this.ids.map((id) => this.options.look(id, this.ms)), hasNextPage: false };
    };
    return {
      api: { getApp, listApps } as unknown as Api,
      clock: this.clock,
      signal: this.stop.signal,
      progress: (text: string) => this.said.push(text),
      warn: (text: string) => this.warned.push(text),
      probe: async (url: string) => {
        this.probed.push(url);
        return this.options.probe?.(url, this.ms) ?? { status: 200, text: "" };
      },
      pack: () => Promise.reject(new Error("not here")),
      listSource: () => Promise.reject(new Error("not here")),
      appUrl: "https://{subdomain}.example",
    } as unknown as Deps;
  }
}
