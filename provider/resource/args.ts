/** The arguments and outputs of `CamposApp`, with the documentation that users see. */
import type * as pulumi from "@pulumi/pulumi";

/** Files of an app: paths in the app, each with its content. */
export type AssetMap = Record<
  string,
  pulumi.asset.StringAsset | pulumi.asset.FileAsset | pulumi.asset.FileArchive | pulumi.asset.AssetArchive
>;

/** What runs an app. */
export type RuntimeEnvironment = "python" | "nodejs";

/** How a web app is asked whether it answers. */
export interface HealthCheck {
  /** The path that is asked for with GET; begins with `/`. Default: `/`. */
  path?: pulumi.Input<string>;
  /** How many seconds the app has to give an answer of 2xx or 3xx. Default: 60. */
  timeoutSeconds?: pulumi.Input<number>;
  /** `false`: the app is not asked at all. Default: true. */
  enabled?: pulumi.Input<boolean>;
}

/** Arguments of `CamposApp`. */
export interface CamposAppArgs {
  /**
   * The app's files: the path of a folder or of a `.zip` (relative to the program's folder), a `FileArchive`, an
   * `AssetArchive`, or a map of path to `StringAsset` or `FileAsset`.
   *
   * Of a folder everything goes in but what `.camposignore` files say, or `.gitignore` files where the root has no
   * `.camposignore`, and what is always left out (`.git`, `node_modules`, `__pycache__`, `.venv`, `venv`, `.pulumi`,
   * `.env*`, `Pulumi*.yaml`), each of which a `!pattern` can bring back. A `.zip` is sent as it is.
   *
   * A change of the files uploads them, deletes files that only the previous deployment had, and restarts the app if it
   * runs. A moved but equal source changes nothing.
   */
  // Not `pulumi.asset.Archive`: that class has no members, so anything would fit it.
  source: pulumi.Input<string | pulumi.asset.FileArchive | pulumi.asset.AssetArchive | AssetMap>;
  /** Name of the app. Default: the resource's name. A change is made in place. */
  appName?: pulumi.Input<string>;
  /**
   * The file to run, as a path inside the source, such as `index.js`. Default: `MAIN` of a `camposcloud.config` in the
   * source; without one it is required. A change replaces the app, since the API cannot change it.
   */
  mainFile?: pulumi.Input<string>;
  /**
   * Memory in megabytes (the API counts 1,048,576 bytes each), a whole number. Default: `MEMORY` of a
   * `camposcloud.config`; without one it is required. A change is made in place and restarts the app if the API asks for it.
   */
  memoryMB?: pulumi.Input<number>;
  /**
   * What runs the app. Default: `RUNTIME` of a `camposcloud.config`; without one it is required. A change is made in place.
   */
  runtimeEnvironment?: pulumi.Input<RuntimeEnvironment>;
  /** Whether the app is reachable over the web; it must then listen on the port in the variable `PORT`. Default: false. */
  exposedViaWeb?: pulumi.Input<boolean>;
  /** Whether the platform starts the app again after a crash. Default: `AUTORESTART` of a `camposcloud.config`, else false. */
  autoRestartEnabled?: pulumi.Input<boolean>;
  /**
   * The command that starts the app. Default: `STARTUP` of a `camposcloud.config`, else the platform's own for the main
   * file. A change is made in place; taking the argument out leaves the last command as it is.
   */
  startupCommand?: pulumi.Input<string>;
  /** Id of the team that owns the app. Default: the personal account. A change replaces the app. */
  teamId?: pulumi.Input<string>;
  /**
   * Environment variables of the app, each value a secret: encrypted in the state, masked in previews. Default: none are
   * managed and those of the app are left alone. A change sends the whole list; `{}` clears it.
   */
  environmentVariables?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Patterns in the form of a `.gitignore`, applied after the ignore files. Only a change of the resulting files counts. */
  ignore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the app should run. Default: not managed; a new app runs, one that somebody stopped stays stopped. */
  running?: pulumi.Input<boolean>;
  /** Whether create and update wait until the app is online. Default: true. */
  waitForOnline?: pulumi.Input<boolean>;
  /**
   * How many seconds the app must stay online, without a restart, before a create or an update counts as done.
   * Default: 5. A change only changes the state.
   */
  minReadySeconds?: pulumi.Input<number>;
  /**
   * How a web app is asked whether it answers, when it was created, started or restarted. Only for an app with
   * `exposedViaWeb`. Default: the app is asked for `/` for up to 15 seconds, and no answer below 500 is a warning. With
   * this argument it is a failure. A change only changes the state.
   */
  healthCheck?: pulumi.Input<HealthCheck>;
  /**
   * Name of the account, out of `camposcloud:accounts` or `CAMPOSCLOUD_TOKEN_<NAME>`. Default: the account of
   * `camposcloud:token`. A change replaces the app.
   */
  account?: pulumi.Input<string>;
  /**
   * Id of an existing app that this resource takes over, settings and source applied, instead of making a new one. Counts
   * only when the resource is created.
   */
  adopt?: pulumi.Input<string>;
}

/** The arguments as plain data, as the provider gets them. */
export type PlainArgs = { [Name in keyof CamposAppArgs]: pulumi.Unwrap<CamposAppArgs[Name]> };

export type { Metrics as ResourceMetrics } from "../api/app";

/** The machine that runs an app. */
export interface WorkerNode {
  /** Id of the machine. */
  _id?: string;
  /** Name of the machine. */
  nodeName?: string;
}
