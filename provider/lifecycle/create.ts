/** Makes the app, or goes on with the one that an earlier, broken create of this resource left behind, or adopts one. */
import type { App } from "../api/app";
import type { Archive } from "../packaging/files/types";
import { awaitReady, learnAddress } from "./await-ready";
import { packChecked } from "./checked-source";
import { postApp } from "./create-request";
import { diff } from "./diff";
import { apiErrorKind, RefusedError } from "./failures";
import { Operation, type OperationOptions } from "./operation";
import { type Claim, type ClaimQuery, doubt, lookForOwnApp, markerFile } from "./ownership";
import type { OwnershipRegistry } from "./ownership-registry";
import { planSteps } from "./plan";
import { propertyNames, propertyOf } from "./properties";
import { isOnline, waitUntil } from "./readiness";
import { type AppState, appliedOf, type CheckedInputs, type SavedState, savedApp } from "./state";
import { runSteps } from "./update";
import { stop } from "./update-steps";

export interface CreateOptions extends OperationOptions {
  /** The apps that belong to resources already. */
  claims: OwnershipRegistry;
}

export interface Created {
  id: string;
  state: AppState;
}

/** How long an app that should be stopped is given to come up first. */
const startMs = 30_000;

export async function create(options: CreateOptions): Promise<Created> {
  const { deps, inputs, claims } = options;
  if (inputs.adopt !== undefined) return takeOver(options, await appToAdopt(options, inputs.adopt), {});
  const archive = await packChecked(deps, inputs, markerFile(inputs));
  try {
    const query: ClaimQuery = { inputs, claims, files: archive.files, markerless: false };
    const make = () => findOrPost(options, query, archive);
    const made = await (query.markerless ? claims.inTurn(inputs.appName, make) : make());
    if (made.kind === "earlier") return await goOn(options, made.claim);
    const paths = archive.files.map((file) => file.path);
    return await bringUp(Operation.created(options, made.app, paths));
  } finally {
    await archive.dispose();
  }
}

type Made = { kind: "earlier"; claim: Claim } | { kind: "new"; app: App };

async function findOrPost(options: CreateOptions, query: ClaimQuery, archive: Archive): Promise<Made> {
  const { deps, inputs, claims } = options;
  const { claim, unclear, listed } = await lookForOwnApp(deps, query);
  if (claim) return { kind: "earlier", claim };
  if (unclear.length > 0) throw doubt(inputs, unclear);
  const app = await postApp(deps, { ...query, before: listed }, archive);
  claims.take(app.id);
  return { kind: "new", app };
}

/** From here on the app exists: whatever fails is recorded with its id. */
async function bringUp(operation: Operation): Promise<Created> {
  const { deps, inputs } = operation;
  try {
    if (inputs.running === false) await stopNewApp(operation);
    else await awaitReady(operation);
    await learnAddress(operation);
  } catch (error) {
    throw operation.incomplete(error, inputs.running === false ? ["power"] : ["wait"]);
  }
  if (!operation.online) deps.progress("created");
  return { id: operation.app.id, state: operation.finished() };
}

// A new app starts by itself, so one that is stopped before it has come up would come up after all.
async function stopNewApp(operation: Operation): Promise<void> {
  const { deps, app, poller } = operation;
  operation.learn(
    await waitUntil(deps, {
      app,
      poller,
      until: isOnline,
      atMostMs: startMs,
      what: "to stop the app once it has started",
    }),
  );
  await stop(operation);
}

/** An earlier create of this resource made the app, but the state never learned of it. */
async function goOn(options: CreateOptions, claim: Claim): Promise<Created> {
  options.deps.progress(`going on with the app ${claim.app.id}, which an interrupted run has made`);
  const app = await options.deps.api.getApp(claim.app.id);
  const files =
    claim.sourceHash === options.inputs.sourceHash ? await options.deps.listSource(options.inputs) : [];
  const created = await takeOver(options, app, { sourceHash: claim.sourceHash }, files);
  const { id, state } = created;
  return state.online || options.inputs.running === false || !options.inputs.waitForOnline
    ? created
    : bringUp(Operation.created(options, savedApp(id, state), options.paths.unpack(state.deployment.files)));
}

async function appToAdopt({ deps }: CreateOptions, id: string): Promise<App> {
  try {
    return await deps.api.getApp(id);
  } catch (error) {
    if (apiErrorKind(error) !== "notFound") throw error;
    throw new RefusedError(
      `There is no app ${id} to adopt in this account. Check the argument \`adopt\`, or leave it out.`,
    );
  }
}

/** Settings and source are applied to an app that exists, as far as they differ. */
async function takeOver(
  options: CreateOptions,
  app: App,
  files: Pick<SavedState, "sourceHash">,
  paths: readonly string[] = [],
): Promise<Created> {
  const { inputs } = options;
  const saved = savedFromApp(options, app, files, paths);
  const operation = Operation.existing(options, app.id, saved);
  operation.learn(app);
  await runSteps(operation, planSteps({ change: diff(saved, { ...inputs }), inputs, pending: [] }));
  return { id: app.id, state: operation.finished() };
}

/** What the state would be if this resource had deployed the app as it is now. */
function savedFromApp(
  { inputs, paths: list }: CreateOptions,
  app: App,
  { sourceHash }: Pick<SavedState, "sourceHash">,
  paths: readonly string[],
): SavedState {
  const managed = propertyNames.filter((name) => !propertyOf(name).optional || inputs[name] !== undefined);
  const present = Object.fromEntries(
    managed.map((name) => [name, propertyOf(name).readBack?.(app)]),
  ) as Partial<CheckedInputs>;
  return {
    environmentVariables: present.environmentVariables,
    running: present.running,
    mainFile: inputs.mainFile,
    teamId: inputs.teamId,
    account: inputs.account,
    sourceHash,
    deployment: {
      applied: appliedOf(present),
      pending: [],
      files: list.pack(paths),
    },
  };
}
