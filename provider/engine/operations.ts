/**
 * The operations of the resource as both adapters call them: deadlines, the dependencies of the lifecycle, masking, warnings,
 * progress, and the memory of a provider process. Independent of how values are encoded for the engine.
 */
import { clientOf, settingsOf } from "../api/accounts";
import type { Client } from "../api/client";
import { type QueryName, queries } from "../api/queries";
import type { Settings } from "../api/settings";
import { anySignal, type Deadline, startDeadline, systemClock } from "../clock";
import { type CheckResult, check as checkInputs, type Failure, markedSecret } from "../lifecycle/check";
import { type Created, create as createApp } from "../lifecycle/create";
import { deleteApp } from "../lifecycle/delete";
import type { Deps } from "../lifecycle/deps";
import { type Change, diff as diffInputs } from "../lifecycle/diff";
import type { OperationKind } from "../lifecycle/durations";
import { packPaths, unpackPaths } from "../lifecycle/file-digests";
import { type ReadResult, read as readApp } from "../lifecycle/read";
import { AppPoller } from "../lifecycle/readiness/app-poller";
import { type AppState, type CheckedInputs, savedOf } from "../lifecycle/state";
import { update as updateApp } from "../lifecycle/update";
import { accountOf, PerAccount, settingsFailures, tokens } from "./account";
import { secretTexts } from "./boundary";
import type { EngineWatch } from "./engine-watch";
import { Maskers } from "./masking";
import { hashOfUrn, Owners } from "./owners";
import { listSource, pack, packTexts, sourcesFor } from "./packager";
import type { EngineLog, Line } from "./progress";
import { SourceReads } from "./source-reads";

/** Plain data, secrets unwrapped. */
export type Values = Record<string, unknown>;

export interface Checked extends Pick<CheckResult, "inputs" | "secret"> {
  failures: Failure[];
}

/** Options of a call. */
export interface CallOptions {
  timeoutMs: number;
  /** Texts to mask in addition to environment variables, if the adapter knows which values are secret. */
  secrets?: readonly string[];
}

const readTimeoutMs = 2 * 60_000;
const checkTimeoutMs = 5 * 60_000;
/** For cleaning up after an operation's deadline. */
const graceMs = 20_000;
const paths = { pack: packPaths, unpack: unpackPaths };
const titles: Record<OperationKind, string> = { create: "Creating", update: "Updating", delete: "Deleting" };

/** One per provider process, which serves one run of the engine. */
export class Operations {
  /** URNs by hash, recorded by check: the dynamic provider's other calls do not receive the URN. */
  private readonly urns = new Map<string, string>();
  private readonly owners = new Owners();
  /** By the hash of the URN: the names of properties that the program marked as secret. */
  private readonly secretNames = new Map<string, readonly string[]>();
  private readonly maskers = new Maskers();
  private readonly pollers = new PerAccount(() => new AppPoller());
  private readonly reads = new SourceReads();

  /** `canceled` is aborted when the user cancels the run. */
  constructor(
    private readonly canceled: AbortSignal,
    private readonly log: EngineLog,
    private readonly engine: EngineWatch,
  ) {
    engine.start();
  }

  /** Returns a function that masks the secrets of a call. */
  masker(values: Values, olds: Values = {}, more: readonly string[] = []): (text: string) => string {
    return this.maskers.of(() => {
      const names = [...markedSecret(values), ...(this.secretNames.get(String(values["urnHash"])) ?? [])];
      const texts = [...secretTexts(values, names), ...secretTexts(olds, names), ...more];
      return [...tokens(accountOf(values)), ...texts];
    });
  }

  /** `given` are the arguments from the program, `olds` the inputs in the state; empty for a new resource. */
  async check(
    urn: string | undefined,
    olds: Values,
    given: Values,
    secrets: readonly string[] = [],
  ): Promise<Checked> {
    const urnHash = urn === undefined ? undefined : this.remember(urn);
    const adoptions = urnHash === undefined ? [] : this.owners.checked(urnHash, olds, given);
    const deadline = startDeadline({
      clock: systemClock,
      ms: checkTimeoutMs,
      what: "Reading the source",
      advice: "Use `.camposignore` to leave out what the app does not need.",
    });
    try {
      const news = urnHash === undefined ? given : { ...given, urnHash };
      const result = await checkInputs(sourcesFor(this.reads, deadline.signal), news, {
        isNew: Object.keys(olds).length === 0,
      });
      if (urnHash !== undefined) this.secretNames.set(urnHash, result.secret);
      const mask = this.masker(given, {}, secrets);
      for (const text of result.warnings) this.showOnce(urn, "warning", mask(text));
      for (const text of result.notes) this.showOnce(urn, "info", mask(text));
      const failures = [...result.failures, ...adoptions, ...settingsFailures(given)];
      return {
        inputs: result.inputs,
        secret: result.secret,
        failures: failures.map((each) => ({ ...each, reason: mask(each.reason) })),
      };
    } finally {
      deadline.clear();
      await this.log.delivered();
    }
  }

  diff(id: string, olds: Values, news: Values): Change {
    const change = diffInputs(savedOf(olds), news);
    this.owners.compared(id, { olds, news, replaced: change.kind === "replace" });
    return change;
  }

  create(inputs: Values, options: CallOptions): Promise<Created> {
    const registry = this.owners.of(inputs);
    const replacement = this.owners.isReplacement(inputs);
    return this.operate({ operation: "create", inputs, ...options }, (deps, poller) =>
      createApp({ deps, poller, paths, inputs: checked(inputs), registry, replacement }),
    );
  }

  update(id: string, olds: Values, inputs: Values, options: CallOptions): Promise<AppState> {
    return this.operate({ operation: "update", inputs, olds, ...options }, (deps, poller) =>
      updateApp({ deps, poller, paths, inputs: checked(inputs), id, saved: savedOf(olds) }),
    );
  }

  /** Undefined if the app no longer exists. */
  read(id: string, olds: Values, secrets: readonly string[] = []): Promise<ReadResult | undefined> {
    const work = { what: `Reading app ${id}`, values: olds, secrets };
    return this.ask(work, (api, settings) =>
      readApp({ deps: { api, appUrl: settings.appUrl }, id, saved: savedOf(olds) }),
    );
  }

  /** Runs one of the functions of a program. */
  query(name: QueryName, args: Values): Promise<unknown> {
    const query = queries[name] as (context: object, args: object) => Promise<unknown>;
    return this.ask({ what: "Querying the CamposCloud API", values: args }, (client, settings) =>
      query({ client, settings }, args),
    );
  }

  delete(id: string, olds: Values, options: CallOptions): Promise<void> {
    return this.operate({ operation: "delete", inputs: olds, ...options }, (deps) =>
      deleteApp(deps, id, this.owners.of(olds)),
    );
  }

  /** Returns the hash of the URN, with which later calls look it up. */
  remember(urn: string): string {
    const hash = hashOfUrn(urn);
    this.urns.set(hash, urn);
    return hash;
  }

  private async ask<T>(
    { what, values, secrets }: { what: string; values: Values; secrets?: readonly string[] },
    run: (client: Client, settings: Settings) => Promise<T>,
  ): Promise<T> {
    const settings = settingsOf(accountOf(values));
    const advice = "Check the network and run again.";
    const deadline = startDeadline({ clock: systemClock, ms: readTimeoutMs, what, advice });
    try {
      const mask = this.masker(values, {}, secrets);
      const scope = { signal: deadline.signal, deadline, progress: () => undefined, mask };
      return await run(clientOf(settings, scope), settings);
    } finally {
      deadline.clear();
    }
  }

  private async operate<T>(call: Call, run: (deps: Deps, poller: AppPoller) => Promise<T>): Promise<T> {
    const { operation, inputs, timeoutMs } = call;
    const settings = settingsOf(accountOf(inputs));
    const deadline = startDeadline({
      clock: systemClock,
      ms: timeoutMs,
      what: `${titles[operation]} ${String(inputs["appName"] ?? "the app")}`,
      advice: `Raise \`customTimeouts.${operation}\` if it needs longer, and run again: it resumes where it stopped.`,
    });
    const poller = this.pollers.of(`${settings.baseUrl}\n${settings.token}`);
    const releases = [poller.enter(), this.engine.hold(), () => deadline.clear()];
    try {
      return await run(this.depsOf(call, settings, deadline), poller);
    } finally {
      for (const release of releases) release();
      await this.log.delivered();
    }
  }

  private depsOf({ inputs, olds, secrets }: Call, settings: Settings, deadline: Deadline): Deps {
    const mask = this.masker(inputs, olds, secrets);
    const progress = (text: string) =>
      this.show(inputs["urnHash"], { text: mask(text), severity: "info", ephemeral: true });
    // Ctrl-C aborts waits immediately, but not a request that changes something: its response would be lost.
    const signal = anySignal(deadline.signal, this.canceled, this.engine.ending);
    const beforeChange = () => this.engine.refuseIfGone();
    const scope = { signal, writeSignal: deadline.signal, deadline, progress, mask, beforeChange };
    return {
      api: clientOf(settings, scope),
      clock: systemClock,
      signal,
      progress,
      warn: (text) =>
        this.show(inputs["urnHash"], { text: mask(text), severity: "warning", ephemeral: false }),
      probe: (url, options) => {
        const { probe } = require("../api/probe") as typeof import("../api/probe");
        return probe(url, options);
      },
      engineGone: () => this.engine.isGone(),
      graceApi: () => clientOf(settings, { signal: AbortSignal.timeout(graceMs), progress, mask }),
      packTexts,
      pack: (packed, marker) => pack(packed, marker, { signal, progress }),
      listSource: (listed) => listSource(listed, signal),
      appUrl: settings.appUrl,
    };
  }

  private showOnce(urn: string | undefined, severity: Line["severity"], text: string): void {
    this.log.showOnce({ urn, text, severity, ephemeral: false });
  }

  private show(urnHash: unknown, line: Omit<Line, "urn">): void {
    this.log.show({ ...line, urn: typeof urnHash === "string" ? this.urns.get(urnHash) : undefined });
  }
}

interface Call extends CallOptions {
  operation: OperationKind;
  inputs: Values;
  olds?: Values;
}

// Check has completed the inputs, and the engine always calls it first.
function checked(values: Values): CheckedInputs {
  return values as unknown as CheckedInputs;
}
