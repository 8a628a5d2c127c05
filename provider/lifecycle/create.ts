/** Makes the app, or goes on with the one that an earlier, broken create of this resource left behind, or adopts one. */
import type { App } from "../api/app";
import type { Archive } from "../packaging/types";
import { type Claim, type ClaimQuery, findOwnApp, markerFile } from "./claim";
import { diff } from "./diff";
import { apiErrorKind, maybeApplied, Refused } from "./failures";
import { planSteps } from "./plan";
import { propertyNames, propertyOf } from "./properties";
import { type AppState, type CheckedInputs, type SavedState, savedApp } from "./state";
import { learnAddress, stop } from "./steps";
import { runSteps } from "./update";
import { isOnline, waitFor } from "./wait";
import { Work, type WorkOptions } from "./work";

export interface CreateOptions extends WorkOptions {
  /** Apps that the state already knows: never to be claimed again. */
  known: ReadonlySet<string>;
}

export interface Created {
  id: string;
  state: AppState;
}

/** A server that answered with an error has probably made nothing; one that went silent may still be at work. */
const looksAfterLoss = { server: [0, 2000, 5000], lost: [0, 2000, 4000, 8000, 15_000, 30_000] };
const mostPosts = 3;
/** An app that is still offline by then was perhaps left stopped by the creation. */
const nudgeAfterMs = 30_000;

export async function create(options: CreateOptions): Promise<Created> {
  const { deps, inputs } = options;
  if (inputs.adopt !== undefined) return takeOver(options, await appToAdopt(options, inputs.adopt), {});
  const query: ClaimQuery = { inputs, known: options.known };
  const earlier = await findOwnApp(deps, query);
  if (earlier) return goOn(options, earlier);
  const archive = await deps.pack(inputs, markerFile(inputs));
  try {
    const app = await post(options, query, archive);
    const paths = archive.files.map((file) => file.path);
    return await bringUp(Work.created(options, app, paths));
  } finally {
    await archive.dispose();
  }
}

/** Posts the create; after an answer that was lost it looks for the app before it posts again. */
async function post({ deps, inputs }: CreateOptions, query: ClaimQuery, archive: Archive): Promise<App> {
  for (let posts = 1; ; posts++) {
    try {
      deps.progress("creating");
      return await deps.api.createApp(inputs, archive);
    } catch (error) {
      if (!maybeApplied(error)) throw error;
      const waits = apiErrorKind(error) === "server" ? looksAfterLoss.server : looksAfterLoss.lost;
      const found = await lookAgain({ deps, query, waits });
      if (found) return found.app;
      if (posts >= mostPosts) throw error;
    }
  }
}

interface LookOptions {
  deps: CreateOptions["deps"];
  query: ClaimQuery;
  waits: readonly number[];
}

async function lookAgain({ deps, query, waits }: LookOptions): Promise<Claim | undefined> {
  deps.progress("the answer was lost; looking whether the app was made");
  for (const ms of waits) {
    await deps.clock.sleep(ms, deps.signal);
    const found = await findOwnApp(deps, query);
    if (found) return found;
  }
  return undefined;
}

/** From here on the app exists: whatever fails is recorded with its id. */
async function bringUp(work: Work): Promise<Created> {
  const { deps, inputs } = work;
  try {
    if (inputs.running === false) await stopNewApp(work);
    else if (inputs.waitForOnline) await awaitNewApp(work);
    await learnAddress(work);
  } catch (error) {
    throw work.incomplete(error, inputs.running === false ? ["power"] : ["wait"]);
  }
  deps.progress(isOnline(work.app) ? "online" : "created");
  return { id: work.app.id, state: work.finished() };
}

async function awaitNewApp(work: Work): Promise<void> {
  const { deps, app, roster } = work;
  const nudge = { afterMs: nudgeAfterMs, call: () => deps.api.startApp(app.id) };
  work.learn(await waitFor(deps, { app, roster, nudge }));
}

// A new app starts by itself, so one that is stopped before it has come up would come up after all.
async function stopNewApp(work: Work): Promise<void> {
  const { deps, app, roster } = work;
  work.learn(
    await waitFor(deps, { app, roster, atMostMs: nudgeAfterMs, what: "to stop the app once it has started" }),
  );
  await stop(work);
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
    : bringUp(Work.created(options, savedApp(id, state), options.paths.unpack(state.deployment.files)));
}

async function appToAdopt({ deps }: CreateOptions, id: string): Promise<App> {
  try {
    return await deps.api.getApp(id);
  } catch (error) {
    if (apiErrorKind(error) !== "notFound") throw error;
    throw new Refused(
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
  const work = Work.existing(options, app.id, saved);
  work.learn(app);
  await runSteps(work, planSteps({ change: diff(saved, { ...inputs }), inputs, pending: [] }));
  return { id: app.id, state: work.finished() };
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
  const { appName, memoryMB, runtimeEnvironment, exposedViaWeb, autoRestartEnabled, startupCommand } =
    present;
  return {
    environmentVariables: present.environmentVariables,
    running: present.running,
    mainFile: inputs.mainFile,
    teamId: inputs.teamId,
    account: inputs.account,
    sourceHash,
    deployment: {
      applied: { appName, memoryMB, runtimeEnvironment, exposedViaWeb, autoRestartEnabled, startupCommand },
      pending: [],
      files: list.pack(paths),
    },
  };
}
