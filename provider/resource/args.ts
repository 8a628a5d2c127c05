/** The arguments and output types of `CamposApp`, with the documentation that users see. */
import type * as pulumi from "@pulumi/pulumi";

/** Files of an app: the content by path. */
export type AssetMap = Record<
  string,
  pulumi.asset.StringAsset | pulumi.asset.FileAsset | pulumi.asset.FileArchive | pulumi.asset.AssetArchive
>;

/** The runtime of an app. */
export type RuntimeEnvironment = "python" | "nodejs";

/** How to check that a web app responds. */
export interface HealthCheck {
  /** Path of the GET request; starts with `/`. Default: `/`. */
  path?: pulumi.Input<string>;
  /** Seconds within which the app must respond with 2xx or 3xx. Default: 60. */
  timeoutSeconds?: pulumi.Input<number>;
  /** `false` sends no request at all. Default: true. */
  enabled?: pulumi.Input<boolean>;
}

/** Arguments of `CamposApp`. */
export interface CamposAppArgs {
  /**
   * The app's files: the path of a folder or of a `.zip` (relative to the program's folder), a `FileArchive`, an
   * `AssetArchive`, or a map of path to `StringAsset` or `FileAsset`.
   *
   * A folder is packed without the files that `.camposignore` files exclude, or `.gitignore` files if the root has no
   * `.camposignore`. `.git`, `node_modules`, `__pycache__`, `.venv`, `venv`, `.pulumi`, `.env*` and `Pulumi*.yaml` are always
   * excluded; except for `.git`, a `!pattern` that names them includes them. The entries of a `.zip` are sent unchanged.
   *
   * Changed files are uploaded, files that only the previous deployment had are deleted, and the app is restarted if it is
   * running. A source that moves but has the same files changes nothing.
   */
  // Not `pulumi.asset.Archive`: that class has no members, so it would accept any value.
  source: pulumi.Input<string | pulumi.asset.FileArchive | pulumi.asset.AssetArchive | AssetMap>;
  /** Name of the app. Default: the resource's name. Changed in place. */
  appName?: pulumi.Input<string>;
  /**
   * The file to run, as a path inside the source, such as `index.js`. Default: `MAIN` in a `camposcloud.config` in the
   * source; otherwise required. A change replaces the app, since the API cannot change it.
   */
  mainFile?: pulumi.Input<string>;
  /**
   * Memory in megabytes (of 1,048,576 bytes), a whole number. Default: `MEMORY` in a `camposcloud.config`; otherwise
   * required. Changed in place; the app is restarted if the API requires it.
   */
  memoryMB?: pulumi.Input<number>;
  /**
   * Runtime of the app. Default: `RUNTIME` in a `camposcloud.config`; otherwise required. Changed in place.
   */
  runtimeEnvironment?: pulumi.Input<RuntimeEnvironment>;
  /** Whether the app is reachable over the web; it must listen on the port in the variable `PORT`. Default: false. */
  exposedViaWeb?: pulumi.Input<boolean>;
  /** Whether the platform restarts the app after a crash. Default: `AUTORESTART` in a `camposcloud.config`, otherwise false. */
  autoRestartEnabled?: pulumi.Input<boolean>;
  /**
   * The command that starts the app. Default: `STARTUP` in a `camposcloud.config`, otherwise the platform's command for the
   * main file. Changed in place; removing the argument keeps the last command.
   */
  startupCommand?: pulumi.Input<string>;
  /** Id of the team that owns the app. Default: the personal account. A change replaces the app. */
  teamId?: pulumi.Input<string>;
  /**
   * Environment variables of the app. Each value is a secret: encrypted in the state, masked in previews. Default: not
   * managed, the app's variables are left alone. A change sends the whole list; `{}` clears it.
   */
  environmentVariables?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Patterns as in a `.gitignore`, applied after the ignore files. A change only matters if it changes the packed files. */
  ignore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the app should run. Default: not managed; a new app runs, and a stopped app stays stopped. */
  running?: pulumi.Input<boolean>;
  /** Whether create and update wait until the app is online. Default: true. */
  waitForOnline?: pulumi.Input<boolean>;
  /**
   * How many seconds the app must stay online, without a restart, before a create or an update is complete.
   * Default: 5. A change only changes the state.
   */
  minReadySeconds?: pulumi.Input<number>;
  /**
   * How to check that a web app responds after it was created, started or restarted; requires `exposedViaWeb`. Default: `/`
   * is requested for up to 15 seconds, and a missing response, or one of 500 or above, is a warning. With this argument it
   * is a failure. A change only changes the state.
   */
  healthCheck?: pulumi.Input<HealthCheck>;
  /**
   * Name of an account in `camposcloud:accounts`, or the `<NAME>` in `CAMPOSCLOUD_TOKEN_<NAME>`. Default: the account of
   * `camposcloud:token`. A change replaces the app.
   */
  account?: pulumi.Input<string>;
  /**
   * Id of an existing app that this resource takes over instead of creating one; settings and source are applied to it.
   * Only used when the resource is created for the first time.
   */
  adopt?: pulumi.Input<string>;
}

/** The arguments as the provider receives them: plain data. */
export type PlainArgs = { [Name in keyof CamposAppArgs]: pulumi.Unwrap<CamposAppArgs[Name]> };

export type { Metrics as ResourceMetrics } from "../api/app";

/** The machine that runs an app. */
export interface WorkerNode {
  /** Id of the machine. */
  _id?: string;
  /** Name of the machine. */
  nodeName?: string;
}
