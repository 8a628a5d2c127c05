/**
 * The native provider: decodes what the engine sends, calls the operation and encodes its result. It only decides what is
 * specific to this protocol: configuration, autonaming, previews and imports.
 */
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { QueryName } from "../../api/queries";
import { queries } from "../../api/queries";
import { CanceledError } from "../../clock";
import { UserError } from "../../errors";
import { importedInputs } from "../../lifecycle/adoption";
import type { Change } from "../../lifecycle/diff";
import { type OperationKind, timeoutOf } from "../../lifecycle/durations";
import { predictCreate, predictUpdate } from "../../lifecycle/predict";
import { savedOf } from "../../lifecycle/state";
import { EngineWatch } from "../engine-watch";
import { Operations, type Values } from "../operations";
import { EngineLog, engineAddress } from "../progress";
import { givenName } from "./autonaming";
import { configure, secretConfiguration } from "./configuration";
import { type Difference, detailedDiff } from "./detailed-diff";
import { connect } from "./engine-client";
import { serviceError } from "./errors";
import { wantedApp } from "./wanted-app";
import { type Decoded, decode, encode, withRepeats } from "./wire";

const nothing: Decoded = { values: {}, secrets: new Set(), secretTexts: [] };

export class NativeProvider {
  private canceled = new AbortController();
  private address = engineAddress();
  private operations = this.newOperations();
  /** By URN: the source guessed for an app that is being imported. Such a folder may not exist yet. */
  private readonly guessedSources = new Map<string, unknown>();

  attach(address: string): void {
    this.address = address;
  }

  /** The engine calls it at the end of every run, too. */
  cancel(): void {
    this.canceled.abort(new CanceledError("The run was canceled."));
  }

  checkConfig(request: messages.CheckRequest): messages.CheckResponse {
    const response = new messages.CheckResponse();
    response.setInputs(encode(decode(request.getNews()).values, secretConfiguration));
    return response;
  }

  /** Never a replacement: a new key, or another type of provider, does not affect the apps. */
  diffConfig(request: messages.DiffRequest): messages.DiffResponse {
    const [olds, news] = [request.getOldInputs() ?? request.getOlds(), request.getNews()];
    const same = JSON.stringify(decode(olds).values) === JSON.stringify(decode(news).values);
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse();
    response.setChanges(same ? DIFF_NONE : DIFF_SOME);
    return response;
  }

  configure(request: messages.ConfigureRequest): messages.ConfigureResponse {
    configure(decode(request.getArgs()).values);
    // A plugin that is attached for debugging outlives the run in which it was canceled.
    this.canceled = new AbortController();
    this.operations = this.newOperations();
    const response = new messages.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const [olds, news] = [decode(request.getOlds()), decode(request.getNews())];
    return this.guard(news, nothing, async (mask) => {
      const urn = request.getUrn();
      const guessed = this.guessedSources.has(urn) && this.guessedSources.get(urn) === news.values["source"];
      const given = { ...news.values, appName: givenName(request, olds.values, news.values) };
      const marked = { ...defined(given), secretArguments: [...news.secrets] };
      const { inputs, failures } = await this.operations.check(urn, olds.values, marked, news.secretTexts);
      const response = new messages.CheckResponse();
      response.setInputs(encode(inputs, withRepeats(news.secrets)));
      for (const { property, reason } of guessed ? [] : failures) {
        const failure = new messages.CheckFailure();
        failure.setProperty(property);
        failure.setReason(mask(reason));
        response.addFailures(failure);
      }
      return response;
    });
  }

  diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const [olds, news] = [decode(request.getOlds()), decode(request.getNews())];
    return this.guard(news, olds, () => {
      const change = this.operations.diff(request.getId(), olds.values, news.values);
      const before = request.getOldInputs();
      return diffResponse(change, before ? decode(before).values : olds.values, news.values);
    });
  }

  create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const inputs = decode(request.getProperties());
    const response = new messages.CreateResponse();
    return this.guard(inputs, nothing, async () => {
      const secrets = withRepeats(inputs.secrets);
      if (request.getPreview()) return response.setProperties(encode(predictCreate(inputs.values), secrets));
      this.operations.remember(request.getUrn());
      const options = { timeoutMs: timeoutIn("create", request), secrets: inputs.secretTexts };
      const { id, state } = await this.operations.create(inputs.values, options);
      return response.setId(id).setProperties(encode(state, secrets));
    });
  }

  update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const [olds, news] = [decode(request.getOlds()), decode(request.getNews())];
    const response = new messages.UpdateResponse();
    return this.guard(news, olds, async (_mask, secrets) => {
      if (request.getPreview()) {
        const predicted = predictUpdate(savedOf(olds.values), news.values);
        return response.setProperties(encode(predicted, secrets));
      }
      this.operations.remember(request.getUrn());
      const secretTexts = [...news.secretTexts, ...olds.secretTexts];
      const options = { timeoutMs: timeoutIn("update", request), secrets: secretTexts };
      const state = await this.operations.update(request.getId(), olds.values, news.values, options);
      return response.setProperties(encode(state, secrets));
    });
  }

  /** Without properties it is an import, or `get`. */
  read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const [olds, inputs] = [decode(request.getProperties()), decode(request.getInputs())];
    const response = new messages.ReadResponse();
    return this.guard(olds, inputs, async (_mask, secrets) => {
      const { id, values } = wantedApp(request.getId(), olds.values, inputs.values);
      const secretTexts = [...olds.secretTexts, ...inputs.secretTexts];
      const result = await this.operations.read(id, values, secretTexts);
      if (!result) return response;
      const known = savedOf(olds.values).deployment !== undefined;
      const urn = request.getUrn();
      const found = known ? result.inputs : importedInputs(result, nameIn(urn));
      if (!known) this.guessedSources.set(urn, found.source);
      response.setId(id);
      // The API does not return this argument, which would otherwise be shown as changed by the first update.
      const { waitForOnline } = found;
      response.setProperties(encode({ waitForOnline, ...result.state }, secrets));
      response.setInputs(encode(found, secrets));
      return response;
    });
  }

  delete(request: messages.DeleteRequest): Promise<void> {
    const olds = decode(request.getProperties());
    return this.guard(olds, nothing, () => {
      this.operations.remember(request.getUrn());
      const options = { timeoutMs: timeoutIn("delete", request), secrets: olds.secretTexts };
      return this.operations.delete(request.getId(), olds.values, options);
    });
  }

  invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    const args = decode(request.getArgs());
    return this.guard(args, nothing, async () => {
      const name = request.getTok().split(":").at(-1) ?? "";
      if (!Object.hasOwn(queries, name))
        throw new UserError(`There is no function ${request.getTok()}; there are ${functionNames}.`);
      const result = await this.operations.query(name as QueryName, args.values);
      // The result has to be an object.
      const whole = Array.isArray(result) ? { [listNames[name] ?? "items"]: result } : result;
      const response = new messages.InvokeResponse();
      response.setReturn(encode(whole as object));
      return response;
    });
  }

  private newOperations(): Operations {
    const log = new EngineLog(() => connect(this.address));
    return new Operations(this.canceled.signal, log, new EngineWatch(this.address));
  }

  private async guard<T>(
    a: Decoded,
    b: Decoded,
    run: (mask: (text: string) => string, secrets: ReadonlySet<string>) => T | Promise<T>,
  ): Promise<T> {
    const mask = this.operations.masker(a.values, b.values, [...a.secretTexts, ...b.secretTexts]);
    const secrets = withRepeats([...a.secrets, ...b.secrets]);
    try {
      return await run(mask, secrets);
    } catch (error) {
      throw serviceError(error, { mask, secrets });
    }
  }
}

/** The names of the lists in the results of these functions. */
export const listNames: Readonly<Record<string, string>> = { getApps: "apps", getTeams: "teams" };

const functionNames = Object.keys(queries)
  .map((name) => `camposcloud:index:${name}`)
  .join(", ");

function diffResponse(change: Change, olds: Values, news: Values): messages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse();
  // All apps share the memory of the plan, so the new app may only fit once the old one is deleted.
  response.setDeletebeforereplace(true);
  response.setHasdetaileddiff(true);
  response.setChanges(change.kind === "none" ? DIFF_NONE : DIFF_SOME);
  if (change.kind === "none" || change.kind === "repair") return response;
  const replaces = change.kind === "replace";
  if (replaces) response.setReplacesList([...change.names]);
  const differences = detailedDiff(change.names, olds, news);
  const map = response.getDetaileddiffMap();
  for (const difference of differences) map.set(difference.path, propertyDiff(difference, replaces));
  response.setDiffsList([...new Set(differences.map(({ path }) => path.replace(/[.[].*$/, "")))]);
  return response;
}

function propertyDiff({ kind }: Difference, replaces: boolean): messages.PropertyDiff {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  const diff = new messages.PropertyDiff();
  diff.setKind(kinds[kind][replaces ? 1 : 0]);
  diff.setInputdiff(true);
  return diff;
}

/** The engine sends seconds; 0 if the program sets no timeout. */
function timeoutIn(operation: OperationKind, request: { getTimeout(): number }): number {
  const seconds = request.getTimeout();
  return seconds > 0 ? seconds * 1000 : timeoutOf(operation, undefined);
}

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? "app";
}

function defined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
