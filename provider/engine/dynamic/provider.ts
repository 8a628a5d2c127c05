/**
 * The dynamic provider: decodes what the engine sends, calls the lifecycle, encodes its answer. No decisions here.
 * The SDK makes one for each provider process; a process serves one run of the engine.
 */
import { clientOf, settingsOf, useConfig } from "../../api/accounts";
import type { Settings } from "../../api/settings";
import { startDeadline, systemClock } from "../../clock";
import { check as checkInputs } from "../../lifecycle/check";
import { create as createApp } from "../../lifecycle/create";
import { deleteApp } from "../../lifecycle/delete";
import type { Deps } from "../../lifecycle/deps";
import { diff as diffInputs } from "../../lifecycle/diff";
import { type OperationKind, timeoutOf } from "../../lifecycle/durations";
import { packPaths, unpackPaths } from "../../lifecycle/file-digests";
import { OwnershipRegistry } from "../../lifecycle/ownership-registry";
import { read as readApp } from "../../lifecycle/read";
import { AppPoller } from "../../lifecycle/readiness";
import { type CheckedInputs, savedOf } from "../../lifecycle/state";
import { update as updateApp } from "../../lifecycle/update";
import { accountOf, settingsFailures, tokens } from "../account";
import { guarded, outputs, secretTexts, toWire } from "../boundary";
import { masker } from "../masking";
import { listSource, pack, sourcesFor } from "../packager";
import { showLine } from "../progress";
import { hashOfUrn } from "../urn";

type Values = Record<string, unknown>;

export interface ConfigureRequest {
  config: { get(key: string): string | undefined };
}

export interface DiffAnswer {
  /** Omitted: the engine compares the inputs itself and shows exactly what differs, secrets included. */
  changes?: boolean;
  replaces?: string[];
  deleteBeforeReplace: boolean;
}

const readTimeoutMs = 2 * 60_000;
const checkTimeoutMs = 5 * 60_000;
const paths = { pack: packPaths, unpack: unpackPaths };

export class CamposProvider {
  /** URN by its hash, as check has seen them: only check is told the URN. */
  private readonly urns = new Map<string, string>();
  /** Ids that the state holds: an app that is being replaced must not be claimed by its successor. */
  private readonly claims = new OwnershipRegistry();
  private readonly pollers = new Map<string, AppPoller>();

  constructor(private readonly canceled: AbortSignal) {}

  /** Stores only; the SDK may call other methods before an asynchronous `configure` has ended. */
  configure = (request: ConfigureRequest): void => {
    useConfig((key) => valueIn(request, `camposcloud:${key}`));
  };

  check = (_olds: Values, news: Values) =>
    guarded(this.door(news), async () => {
      const { resourceUrn, __provider: _text, ...given } = news;
      const urnHash = typeof resourceUrn === "string" ? this.remember(resourceUrn) : undefined;
      const deadline = startDeadline({
        clock: systemClock,
        ms: checkTimeoutMs,
        what: "Reading the source",
        advice: "Leave out with `.camposignore` what the app does not need.",
      });
      try {
        const result = await checkInputs(sourcesFor(deadline.signal), toWire({ ...given, urnHash }));
        for (const text of result.warnings)
          this.show(urnHash, { text, severity: "warning", ephemeral: false });
        return { inputs: toWire(result.inputs), failures: [...result.failures, ...settingsFailures(given)] };
      } finally {
        deadline.clear();
      }
    });

  diff = (id: string, olds: Values, news: Values): Promise<DiffAnswer> =>
    guarded(this.door(news, olds), () => {
      this.claims.take(id);
      const change = diffInputs(savedOf(olds), news);
      // Memory of the plan is shared by all apps, so the successor may only fit once the old app is gone.
      const answer = { deleteBeforeReplace: true };
      if (change.kind === "none") return { ...answer, changes: false };
      if (change.kind === "repair") return { ...answer, changes: true };
      return change.kind === "replace" ? { ...answer, replaces: change.names } : answer;
    });

  create = (props: Values) =>
    guarded(this.door(props), () =>
      this.operate("create", props, async (deps, poller) => {
        const inputs = checked(props);
        const { id, state } = await createApp({ deps, poller, paths, inputs, claims: this.claims });
        return { id, outs: outputs(state) };
      }),
    );

  update = (id: string, olds: Values, news: Values) =>
    guarded(this.door(news, olds), () =>
      this.operate("update", news, async (deps, poller) => {
        const state = await updateApp({
          deps,
          poller,
          paths,
          inputs: checked(news),
          id,
          saved: savedOf(olds),
        });
        return { outs: outputs(state) };
      }),
    );

  read = (id: string, props: Values) =>
    guarded(this.door(props), async () => {
      const settings = settingsOf(accountOf(props));
      const deadline = startDeadline({
        clock: systemClock,
        ms: readTimeoutMs,
        what: `Reading app ${id}`,
        advice: "Check the network and run again.",
      });
      const progress = () => undefined;
      try {
        const { mask } = this.door(props);
        const api = clientOf(settings, { signal: deadline.signal, progress, mask });
        const result = await readApp({
          deps: { api, appUrl: settings.appUrl },
          id,
          saved: savedOf(props),
        });
        // A blank id tells the engine that the resource is gone.
        if (!result) return { id: "", props: {} };
        return { id, props: outputs(result.state), inputs: outputs(result.inputs) };
      } finally {
        deadline.clear();
      }
    });

  delete = (id: string, props: Values): Promise<void> =>
    guarded(this.door(props), () => this.operate("delete", props, (deps) => deleteApp(deps, id)));

  private async operate<T>(
    operation: OperationKind,
    inputs: Values,
    run: (deps: Deps, poller: AppPoller) => Promise<T>,
  ): Promise<T> {
    const settings = settingsOf(accountOf(inputs));
    const name = String(inputs["appName"] ?? "the app");
    const deadline = startDeadline({
      clock: systemClock,
      ms: timeoutOf(operation, inputs["timeouts"]),
      what: `${titles[operation]} ${name}`,
      advice: `Raise \`customTimeouts.${operation}\` if it needs longer, and run again: it goes on from where it is.`,
    });
    const mask = this.door(inputs).mask;
    const progress = (text: string) =>
      this.show(inputs["urnHash"], { text: mask(text), severity: "info", ephemeral: true });
    // Ctrl-C ends waits at once, but not a request that changes something: its answer would be lost.
    const signal = AbortSignal.any([deadline.signal, this.canceled]);
    try {
      const deps: Deps = {
        api: clientOf(settings, {
          signal,
          writeSignal: deadline.signal,
          endsAt: deadline.at,
          progress,
          mask,
        }),
        clock: systemClock,
        signal,
        progress,
        pack: (packed, marker) => pack(packed, marker, { signal, progress }),
        listSource: (listed) => listSource(listed, signal),
        appUrl: settings.appUrl,
      };
      return await run(deps, this.pollerOf(settings));
    } finally {
      deadline.clear();
    }
  }

  private pollerOf(settings: Settings): AppPoller {
    const key = `${settings.baseUrl}\n${settings.token}`;
    const poller = this.pollers.get(key) ?? new AppPoller();
    this.pollers.set(key, poller);
    return poller;
  }

  private remember(urn: string): string {
    const hash = hashOfUrn(urn);
    this.urns.set(hash, urn);
    return hash;
  }

  private show(
    urnHash: unknown,
    line: { text: string; severity: "info" | "warning"; ephemeral: boolean },
  ): void {
    showLine({ ...line, urn: typeof urnHash === "string" ? this.urns.get(urnHash) : undefined });
  }

  private door(values: Values, olds: Values = {}) {
    return {
      mask: masker([...tokens(accountOf(values)), ...secretTexts(values), ...secretTexts(olds)]),
      providerText: values["__provider"],
    };
  }
}

// The SDK's object throws when the engine has sent no configuration at all.
function valueIn({ config }: ConfigureRequest, key: string): string | undefined {
  try {
    return config.get(key);
  } catch {
    return undefined;
  }
}

const titles: Record<OperationKind, string> = { create: "Creating", update: "Updating", delete: "Deleting" };

// Check has made the inputs complete; only an engine that skips check could send others.
function checked(values: Values): CheckedInputs {
  const { __provider: _text, ...inputs } = values;
  return inputs as unknown as CheckedInputs;
}
