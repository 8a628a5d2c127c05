/**
 * The dynamic provider: decodes what the engine sends through the SDK, calls the operation, encodes its answer. No decisions
 * here. The SDK makes one for each provider process.
 */
import { useConfig } from "../../api/accounts";
import { type OperationKind, timeoutOf } from "../../lifecycle/durations";
import { guarded, outputs, toWire } from "../boundary";
import { EngineWatch } from "../engine-watch";
import { Operations, type Values } from "../operations";
import { EngineLog, engineAddress } from "../progress";
import { connect } from "./engine-client";

export interface ConfigureRequest {
  config: { get(key: string): string | undefined };
}

export interface DiffAnswer {
  /** Omitted: the engine compares the inputs itself and shows exactly what differs, secrets included. */
  changes?: boolean;
  replaces?: string[];
  deleteBeforeReplace: boolean;
}

export class CamposProvider {
  private readonly operations: Operations;

  constructor(canceled: AbortSignal) {
    this.operations = new Operations(canceled, new EngineLog(connect), new EngineWatch(engineAddress()));
  }

  /** Stores only; the SDK may call other methods before an asynchronous `configure` has ended. */
  configure = (request: ConfigureRequest): void => {
    useConfig((key) => valueIn(request, `camposcloud:${key}`));
  };

  check = (olds: Values, news: Values) =>
    guarded(this.door(news), async () => {
      const { resourceUrn, __provider: _text, ...given } = news;
      const urn = typeof resourceUrn === "string" ? resourceUrn : undefined;
      const { inputs, failures, secret } = await this.operations.check(urn, olds, toWire(given));
      return { inputs: outputs(inputs, secret), failures };
    });

  diff = (id: string, olds: Values, news: Values): Promise<DiffAnswer> =>
    guarded(this.door(news, olds), () => {
      const change = this.operations.diff(id, olds, news);
      // Memory of the plan is shared by all apps, so the successor may only fit once the old app is gone.
      const answer = { deleteBeforeReplace: true };
      // An app that moved here from the native plugin has no text of its provider in the outputs until it is updated, and
      // without it can neither be refreshed nor destroyed.
      if (change.kind === "none") return { ...answer, changes: olds["__provider"] === undefined };
      if (change.kind === "repair") return { ...answer, changes: true };
      return change.kind === "replace" ? { ...answer, replaces: change.names } : answer;
    });

  create = (props: Values) =>
    guarded(this.door(props), async () => {
      const { id, state } = await this.operations.create(own(props), optionsIn("create", props));
      return { id, outs: outputs(state) };
    });

  update = (id: string, olds: Values, news: Values) =>
    guarded(this.door(news, olds), async () => {
      const state = await this.operations.update(id, olds, own(news), optionsIn("update", news));
      return { outs: outputs(state) };
    });

  read = (id: string, props: Values) =>
    guarded(this.door(props), async () => {
      const result = await this.operations.read(id, props);
      // A blank id tells the engine that the resource is gone.
      if (!result) return { id: "", props: {} };
      return { id, props: outputs(result.state), inputs: outputs(result.inputs) };
    });

  delete = (id: string, props: Values): Promise<void> =>
    guarded(this.door(props), () => this.operations.delete(id, props, optionsIn("delete", props)));

  private door(values: Values, olds: Values = {}) {
    return { mask: this.operations.masker(values, olds), providerText: values["__provider"] };
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

// The engine tells a dynamic provider no timeouts, so the resource passes them as an input.
function optionsIn(operation: OperationKind, values: Values): { timeoutMs: number } {
  return { timeoutMs: timeoutOf(operation, values["timeouts"]) };
}

function own({ __provider: _text, ...inputs }: Values): Values {
  return inputs;
}
