/** The resource class: forwards plain inputs and declares the outputs. No decisions are made here. */
import * as pulumi from "@pulumi/pulumi";
import { type App, appFieldNames } from "../api/app";
import { argumentNames, derivedOutputs } from "../lifecycle/properties";
import type { CamposAppArgs, HealthCheck, ResourceMetrics, WorkerNode } from "./args";
import { plainArguments, secretArguments } from "./plain-arguments";
import { hideOutputsFromDebugLog, pauseStackTraces } from "./sdk-patches";
import { nativeTypeToken, stateText, typeToken } from "./state-text";

hideOutputsFromDebugLog();

type OutputName = Exclude<keyof App, "id"> | keyof CamposAppArgs | (typeof derivedOutputs)[number];
/** Does not compile when the class lacks an output. */
type Outputs = { readonly [Name in OutputName]: pulumi.Output<unknown> };

/**
 * An app on CamposCloud.
 *
 * `pulumi up` packs the source into a zip, creates the app and waits until it is online; later ups send only what has
 * changed. All fields of the API's answer are outputs.
 *
 * ```ts
 * const web = new CamposApp("web", {
 *   source: "./app",
 *   mainFile: "index.js",
 *   runtimeEnvironment: "nodejs",
 *   memoryMB: 256,
 *   exposedViaWeb: true,
 * });
 * export const url = web.url;
 * ```
 *
 * `opts.customTimeouts` bounds the operations; defaults: create 10 minutes, update 10, delete 5.
 */
export class CamposApp extends pulumi.CustomResource implements Outputs {
  /** A measurement taken when the app was last deployed; undefined when the API gave none. */
  declare readonly currentResourceMetrics: pulumi.Output<ResourceMetrics | undefined>;
  /** Id of the container that runs the app. */
  declare readonly containerId: pulumi.Output<string | undefined>;
  /** Id of the team that owns the app; undefined for a personal app. */
  declare readonly teamId: pulumi.Output<string | undefined>;
  /** Whether settings have changed that need a restart. */
  declare readonly restartRequired: pulumi.Output<boolean | undefined>;
  /** Name of the app (argument `appName`). */
  declare readonly name: pulumi.Output<string>;
  /** Id of the user who owns the app. */
  declare readonly userId: pulumi.Output<string | undefined>;
  /** Memory granted, in megabytes (argument `memoryMB`). */
  declare readonly allocatedMemoryMB: pulumi.Output<number>;
  /** Virtual CPUs granted. */
  declare readonly allocatedVCpu: pulumi.Output<number | undefined>;
  /** The machine that runs the app. */
  declare readonly workerNodeId: pulumi.Output<WorkerNode | undefined>;
  /** Image of the runtime. */
  declare readonly containerImage: pulumi.Output<string | undefined>;
  /** Whether the app is reachable over the web. */
  declare readonly exposedViaWeb: pulumi.Output<boolean>;
  /** The command that starts the app: the argument's, or the platform's own. */
  declare readonly startupCommand: pulumi.Output<string | undefined>;
  /** The command that installs the app's dependencies. */
  declare readonly installDependenciesCmd: pulumi.Output<string | undefined>;
  /** `python` or `nodejs`, or what else the API says. */
  declare readonly runtimeEnvironment: pulumi.Output<string>;
  /** Whether the platform starts the app again after a crash. */
  declare readonly autoRestartEnabled: pulumi.Output<boolean>;
  /** Lifecycle state such as `active`, `creating` or `suspended`; whether the app runs is `online`. */
  declare readonly status: pulumi.Output<string | undefined>;
  /** When the app was created, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** When the app was last changed, ISO 8601. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;
  /** Port outside, where the API gives one. */
  declare readonly externalPort: pulumi.Output<number | undefined>;
  /** Port inside, where the API gives one. */
  declare readonly internalPort: pulumi.Output<number | undefined>;
  /** Sub-domain of a web app, where the API gives one. */
  declare readonly assignedSubdomain: pulumi.Output<string | undefined>;
  /** Custom domain of a web app, where the API gives one. */
  declare readonly assignedCustomDomain: pulumi.Output<string | undefined>;

  /** Public address: of the custom domain, else of the sub-domain; undefined when the app is not on the web. */
  declare readonly url: pulumi.Output<string | undefined>;
  /** The app's page in CamposCloud's dashboard; for an app in the emulator, its page there. */
  declare readonly dashboardUrl: pulumi.Output<string>;
  /** Whether the app ran when it was last looked at. */
  declare readonly online: pulumi.Output<boolean>;
  /** Hash over paths, executable bits and contents of the deployed files. */
  declare readonly sourceHash: pulumi.Output<string>;
  /** Path to short digest of the deployed files, folded by folder when there are more than 200. */
  declare readonly sourceFiles: pulumi.Output<Record<string, string>>;

  /** The argument `source` as given, as plain data. */
  declare readonly source: pulumi.Output<string | Record<string, unknown>>;
  /** The argument `appName`, or its default. */
  declare readonly appName: pulumi.Output<string>;
  /** The argument `mainFile`, or its default. */
  declare readonly mainFile: pulumi.Output<string>;
  /** The argument `memoryMB`, or its default. */
  declare readonly memoryMB: pulumi.Output<number>;
  /** The argument `environmentVariables`; secret. */
  declare readonly environmentVariables: pulumi.Output<Record<string, string> | undefined>;
  /** The argument `ignore`. */
  declare readonly ignore: pulumi.Output<string[] | undefined>;
  /** The argument `running`. */
  declare readonly running: pulumi.Output<boolean | undefined>;
  /** The argument `waitForOnline`, or its default. */
  declare readonly waitForOnline: pulumi.Output<boolean>;
  /** The argument `minReadySeconds`. */
  declare readonly minReadySeconds: pulumi.Output<number | undefined>;
  /** The argument `healthCheck`. */
  declare readonly healthCheck: pulumi.Output<pulumi.UnwrappedObject<HealthCheck> | undefined>;
  /** The argument `account`. */
  declare readonly account: pulumi.Output<string | undefined>;
  /** The argument `adopt`. */
  declare readonly adopt: pulumi.Output<string | undefined>;

  /** Creates the app, or updates it to these arguments. */
  constructor(name: string, args: CamposAppArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = { ...outputsToBe, ...inputsOf(name, args, opts), __provider: stateText };
    const resume = pauseStackTraces();
    try {
      super(typeToken, name, inputs, withSecrets(opts, nativeTypeToken));
    } finally {
      resume();
    }
  }

  /**
   * Reads an existing app that this stack does not manage.
   *
   * @param name name of the resource in the stack
   * @param id id of the app; an app that does not exist is an error
   * @param args `account`: the name of the account that the app is in, as in the arguments of an app
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: pulumi.CustomResourceOptions,
    args: Pick<CamposAppArgs, "account"> = {},
  ): CamposApp {
    return new CamposApp(name, args as CamposAppArgs, { ...opts, id: checkedId(id) });
  }

  /** Whether the object is a `CamposApp`, of whichever copy of this package. */
  static override isInstance(value: unknown): value is CamposApp {
    return (
      pulumi.CustomResource.isInstance(value) &&
      (value as { __pulumiType?: unknown }).__pulumiType === typeToken
    );
  }
}

/** Declared with no value, so that the engine's answers become properties. */
export const outputsToBe: Readonly<Record<OutputName, undefined>> = Object.fromEntries(
  [...appFieldNames, ...argumentNames, ...derivedOutputs].map((output) => [output, undefined]),
) as Record<OutputName, undefined>;

function inputsOf(
  name: string,
  args: CamposAppArgs,
  opts: pulumi.CustomResourceOptions | undefined,
): pulumi.Inputs {
  // An app that is only read has no arguments but its account; check is not called for it.
  if (opts?.id !== undefined) return args.account === undefined ? {} : { account: args.account };
  const { create, update, delete: remove } = opts?.customTimeouts ?? {};
  const timeouts = Object.fromEntries(
    Object.entries({ create, update, delete: remove }).filter(([, value]) => value),
  );
  return {
    ...plainArguments(args),
    appName: args.appName ?? name,
    secretArguments: secretArguments(args),
    // The engine stores customTimeouts but does not enforce or tell them, so they go along as an input.
    timeouts: Object.keys(timeouts).length > 0 ? timeouts : undefined,
    // Never told to a provider either; it is needed for progress lines and for recognizing our own apps.
    resourceUrn: urnOf(name, opts?.parent),
  };
}

// As a bare promise: an output depends on the parent, and to depend on a component is to depend on all its children, so that
// two apps in one component would wait for each other.
function urnOf(name: string, parent: pulumi.Resource | undefined): Promise<string> {
  return new Promise((resolve) => {
    pulumi.createUrn(name, typeToken, parent).apply(resolve);
  });
}

/** `environmentVariables` is secret in the outputs, and a stack moves between the two kinds of resources by an alias. */
export function withSecrets(
  opts: pulumi.CustomResourceOptions | undefined,
  otherType: string,
): pulumi.CustomResourceOptions {
  return {
    ...opts,
    additionalSecretOutputs: [...(opts?.additionalSecretOutputs ?? []), "environmentVariables"],
    aliases: [...(opts?.aliases ?? []), { type: otherType }],
  };
}

/** Refuses a blank id, which the engine silently takes for an app without any outputs. */
export function checkedId(id: pulumi.Input<pulumi.ID>, what = "CamposApp.get"): pulumi.Input<pulumi.ID> {
  const refuse = (known: string) => {
    if (typeof known !== "string" || known.trim() === "")
      throw new Error(`${what} needs the id of an app; it is empty.`);
    return known;
  };
  return typeof id === "string" ? refuse(id) : pulumi.output(id).apply(refuse);
}
