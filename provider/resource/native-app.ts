/** The resource and the provider of the native plugin for TypeScript, with the arguments and outputs of `CamposApp`. */
import * as pulumi from "@pulumi/pulumi";
import type { CamposAppArgs } from "./args";
import { type CamposApp, checkedId, outputsToBe, withSecrets } from "./campos-app";
import { plainArguments } from "./plain-arguments";
import type { ProviderArgs } from "./provider-args";
import { pausePromiseTraces } from "./sdk-patches";
import { nativeTypeToken, typeToken } from "./state-text";

/** The outputs of `App`: those of `CamposApp`. */
export type AppOutputs = Omit<CamposApp, keyof pulumi.CustomResource>;

export interface App extends AppOutputs {}

/**
 * An app on CamposCloud, managed by the native plugin.
 *
 * The arguments and outputs are those of `CamposApp`. In addition, previews show outputs that do not change, apps can be
 * imported, and `customTimeouts`, `provider` and `import` work as for any resource.
 *
 * ```ts
 * const web = new App("web", {
 *   source: "./app",
 *   mainFile: "index.js",
 *   runtimeEnvironment: "nodejs",
 *   memoryMB: 256,
 *   exposedViaWeb: true,
 * });
 * export const url = web.url;
 * ```
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the outputs are declared once, by `CamposApp`.
export class App extends pulumi.CustomResource {
  /** Declares the app with these arguments. */
  constructor(name: string, args: CamposAppArgs, opts?: pulumi.CustomResourceOptions) {
    // An app that is only read has no arguments.
    const given = opts?.id === undefined ? plainArguments(args) : {};
    const resume = pausePromiseTraces();
    try {
      super(nativeTypeToken, name, { ...outputsToBe, ...given }, withSecrets(opts, typeToken));
    } finally {
      resume();
    }
  }

  /**
   * Reads an existing app that this stack does not manage.
   *
   * @param name name of the resource in the stack
   * @param id id of the app; an app that does not exist is an error
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): App {
    return new App(name, {} as CamposAppArgs, { ...opts, id: checkedId(id, "App.get") });
  }

  /** Whether the object is an `App`, even from another copy of this package. */
  static override isInstance(value: unknown): value is App {
    return (
      pulumi.CustomResource.isInstance(value) &&
      (value as { __pulumiType?: unknown }).__pulumiType === nativeTypeToken
    );
  }
}

/** An account in which apps are created: `new App(name, args, { provider })`. */
export class Provider extends pulumi.ProviderResource {
  /** Configures an account; omitted arguments are read from the environment. */
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const { token, accounts, writeIntervalSeconds, allowInsecureBaseUrl, ...rest } = args;
    super(
      "camposcloud",
      name,
      {
        ...rest,
        token: token === undefined ? undefined : pulumi.secret(token),
        accounts: accounts === undefined ? undefined : pulumi.secret(json(accounts)),
        writeIntervalSeconds: json(writeIntervalSeconds),
        allowInsecureBaseUrl: json(allowInsecureBaseUrl),
      },
      opts,
    );
  }
}

/** The engine accepts only strings in the configuration of a provider. */
function json(value: unknown): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.output(value).apply((known) => JSON.stringify(known));
}
