/** The resource class: passes plain inputs on and declares the outputs. It makes no decisions. */
import * as pulumi from "@pulumi/pulumi";
import { type App, appFieldNames } from "../api/app";
import { argumentNames, derivedOutputs } from "../lifecycle/properties";
import type { CamposAppArgs, HealthCheck, ResourceMetrics, WorkerNode } from "./args";
import { plainArguments, secretArguments } from "./plain-arguments";
import { hideOutputsFromDebugLog, pausePromiseTraces } from "./sdk-patches";
import { nativeTypeToken, stateText, typeToken } from "./state-text";

hideOutputsFromDebugLog();

type OutputName = Exclude<keyof App, "id"> | keyof CamposAppArgs | (typeof derivedOutputs)[number];
/** Makes the compiler report an output that the class does not declare. */
type Outputs = { readonly [Name in OutputName]: pulumi.Output<unknown> };

/**
 * An app on CamposCloud.
 *
 * `pulumi up` packs the source into a zip, creates the app and waits until it is online; later runs send only what changed.
 * All fields of the API's response are outputs.
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
 * `opts.customTimeouts` limits the operations. Defaults: create 10 minutes, update 10, delete 5.
 */
export class CamposApp extends pulumi.CustomResource implements Outputs {
  /** Metrics from the last deployment; undefined when the API returned none. */
  declare readonly currentResourceMetrics: pulumi.Output<ResourceMetrics | undefined>;
  /** Id of the container that runs the app. */
  declare readonly containerId: pulumi.Output<string | undefined>;
  /** Id of the team that owns the app; undefined for a personal app. */
  declare readonly teamId: pulumi.Output<string | undefined>;
  /** Whether changed settings need a restart to take effect. */
  declare readonly restartRequired: pulumi.Output<boolean | undefined>;
  /** Name of the app (argument `appName`). */
  declare readonly name: pulumi.Output<string>;
  /** Id of the user who owns the app. */
  declare readonly userId: pulumi.Output<string | undefined>;
  /** Allocated memory in megabytes (argument `memoryMB`). */
  declare readonly allocatedMemoryMB: pulumi.Output<number>;
  /** Allocated virtual CPUs. */
  declare readonly allocatedVCpu: pulumi.Output<number | undefined>;
  /** The machine that runs the app. */
  declare readonly workerNodeId: pulumi.Output<WorkerNode | undefined>;
  /** Image of the runtime. */
  declare readonly containerImage: pulumi.Output<string | undefined>;
  /** Whether the app is reachable over the web. */
  declare readonly exposedViaWeb: pulumi.Output<boolean>;
  /** The command that starts the app: the argument, or the platform's default. */
  declare readonly startupCommand: pulumi.Output<string | undefined>;
  /** The command that installs the app's dependencies. */
  declare readonly installDependenciesCmd: pulumi.Output<string | undefined>;
  /** `python` or `nodejs`, or another value that the API returns. */
  declare readonly runtimeEnvironment: pulumi.Output<string>;
  /** Whether the platform restarts the app after a crash. */
  declare readonly autoRestartEnabled: pulumi.Output<boolean>;
  /** Lifecycle state such as `active`, `creating` or `suspended`; whether the app runs is `online`. */
  declare readonly status: pulumi.Output<string | undefined>;
  /** When the app was created, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** When the app was last changed, ISO 8601. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;
  /** External port, if the API returns one. */
  declare readonly externalPort: pulumi.Output<number | undefined>;
  /** Internal port, if the API returns one. */
  declare readonly internalPort: pulumi.Output<number | undefined>;
  /** Subdomain of a web app, if the API returns one. */
  declare readonly assignedSubdomain: pulumi.Output<string | undefined>;
  /** Custom domain of a web app, if the API returns one. */
  declare readonly assignedCustomDomain: pulumi.Output<string | undefined>;

  /** Public URL, with the custom domain or the subdomain; undefined when the app is not on the web. */
  declare readonly url: pulumi.Output<string | undefined>;
  /** The app's page in CamposCloud's dashboard; for an app in the emulator, its page there. */
  declare readonly dashboardUrl: pulumi.Output<string>;
  /** Whether the app was running when it was last checked. */
  declare readonly online: pulumi.Output<boolean>;
  /** Hash of the paths, executable bits and contents of the deployed files. */
  declare readonly sourceHash: pulumi.Output<string>;
  /** Short digest of each deployed file by its path; more than 200 entries are grouped by folder. */
  declare readonly sourceFiles: pulumi.Output<Record<string, string>>;

  /** The argument `source` as plain data. */
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

  /** Declares the app with these arguments. */
  constructor(name: string, args: CamposAppArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = { ...outputsToBe, ...inputsOf(name, args, opts), __provider: stateText };
    const resume = pausePromiseTraces();
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
   * @param args `account`: name of the account that owns the app, as in the arguments of an app
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: pulumi.CustomResourceOptions,
    args: Pick<CamposAppArgs, "account"> = {},
  ): CamposApp {
    return new CamposApp(name, args as CamposAppArgs, { ...opts, id: checkedId(id) });
  }

  /** Whether the object is a `CamposApp`, even from another copy of this package. */
  static override isInstance(value: unknown): value is CamposApp {
    return (
      pulumi.CustomResource.isInstance(value) &&
      (value as { __pulumiType?: unknown }).__pulumiType === typeToken
    );
  }
}

/** Declared without a value, so that the SDK sets them as properties from the engine's response. */
export const outputsToBe: Readonly<Record<OutputName, undefined>> = Object.fromEntries(
  [...appFieldNames, ...argumentNames, ...derivedOutputs].map((output) => [output, undefined]),
) as Record<OutputName, undefined>;

function inputsOf(
  name: string,
  args: CamposAppArgs,
  opts: pulumi.CustomResourceOptions | undefined,
): pulumi.Inputs {
  // The only argument of an app that is only read is its account; check is not called for it.
  if (opts?.id !== undefined) return args.account === undefined ? {} : { account: args.account };
  const { create, update, delete: remove } = opts?.customTimeouts ?? {};
  const timeouts = Object.fromEntries(
    Object.entries({ create, update, delete: remove }).filter(([, value]) => value),
  );
  return {
    ...plainArguments(args),
    appName: args.appName ?? name,
    secretArguments: secretArguments(args),
    // The engine stores customTimeouts but neither enforces them nor passes them to a dynamic provider.
    timeouts: Object.keys(timeouts).length > 0 ? timeouts : undefined,
    // Not passed to a dynamic provider either, which needs it for progress messages and to identify its own apps.
    resourceUrn: urnOf(name, opts?.parent),
  };
}

// A plain promise: an output would depend on the parent. Depending on a component means depending on all its children, so
// two apps in one component would wait for each other.
function urnOf(name: string, parent: pulumi.Resource | undefined): Promise<string> {
  return new Promise((resolve) => {
    pulumi.createUrn(name, typeToken, parent).apply(resolve);
  });
}

/** Marks `environmentVariables` as a secret output, and adds the alias by which a stack moves between the two resource types. */
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

/** Rejects a blank id, for which the engine would silently create a resource without outputs. */
export function checkedId(id: pulumi.Input<pulumi.ID>, what = "CamposApp.get"): pulumi.Input<pulumi.ID> {
  const refuse = (known: string) => {
    if (typeof known !== "string" || known.trim() === "")
      throw new Error(`${what} needs the id of an app; it is empty.`);
    return known;
  };
  return typeof id === "string" ? refuse(id) : pulumi.output(id).apply(refuse);
}
