/**
 * The dynamic provider: decodes what the engine sends through the SDK, calls the operation and encodes its result, without
 * decisions of its own. The SDK creates one per provider process.
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

export interface DiffResponse {
  /** If omitted, the engine compares the inputs itself and shows exactly what differs, including secrets. */
  changes?: boolean;
  replaces?: string[];
  deleteBeforeReplace: boolean;
}

export class CamposProvider {
  private readonly operations: Operations;

  constructor(canceled: AbortSignal) {
    this.operations = new Operations(canceled, new EngineLog(connect), new EngineWatch(engineAddress()));
  }

  /** Synchronous: the SDK may call other methods before an asynchronous `configure` has completed. */
  configure = (request: ConfigureRequest): void => {
    useConfig((key) => valueIn(request, `camposcloud:${key}`));
  };

  check = (olds: Values, news: Values) =>
    guarded(this.boundary(news), async () => {
      const { resourceUrn, __provider: _text, ...given } = news;
      const urn = typeof resourceUrn === "string" ? resourceUrn : undefined;
      const { inputs, failures, secret } = await this.operations.check(urn, olds, toWire(given));
      return { inputs: outputs(inputs, secret), failures };
    });

  diff = (id: string, olds: Values, news: Values): Promise<DiffResponse> =>
    guarded(this.boundary(news, olds), () => {
      const change = this.operations.diff(id, olds, news);
      // All apps share the memory of the plan, so the new app may only fit once the old one is deleted.
      const response = { deleteBeforeReplace: true };
      // The outputs of an app that moved here from the native plugin lack the provider's code until it is updated; without it
      // the app can be neither refreshed nor destroyed.
      if (change.kind === "none") return { ...response, changes: olds["__provider"] === undefined };
      if (change.kind === "repair") return { ...response, changes: true };
      return change.kind === "replace" ? { ...response, replaces: change.names } : response;
    });

  create = (props: Values) =>
    guarded(this.boundary(props), async () => {
      const { id, state } = await this.operations.create(own(props), optionsIn("create", props));
      return { id, outs: outputs(state) };
    });

  update = (id: string, olds: Values, news: Values) =>
    guarded(this.boundary(news, olds), async () => {
      const state = await this.operations.update(id, olds, own(news), optionsIn("update", news));
      return { outs: outputs(state) };
    });

  read = (id: string, props: Values) =>
    guarded(this.boundary(props), async () => {
      const result = await this.operations.read(id, props);
      // An empty id tells the engine that the resource no longer exists.
      if (!result) return { id: "", props: {} };
      return { id, props: outputs(result.state), inputs: outputs(result.inputs) };
    });

  delete = (id: string, props: Values): Promise<void> =>
    guarded(this.boundary(props), () => this.operations.delete(id, props, optionsIn("delete", props)));

  private boundary(values: Values, olds: Values = {}) {
    return { mask: this.operations.masker(values, olds), providerText: values["__provider"] };
  }
}

// The SDK's object throws if the engine has sent no configuration.
function valueIn({ config }: ConfigureRequest, key: string): string | undefined {
  try {
    return config.get(key);
  } catch {
    return undefined;
  }
}

// The engine passes no timeouts to a dynamic provider, so the resource sends them as an input.
function optionsIn(operation: OperationKind, values: Values): { timeoutMs: number } {
  return { timeoutMs: timeoutOf(operation, values["timeouts"]) };
}

function own({ __provider: _text, ...inputs }: Values): Values {
  return inputs;
}
