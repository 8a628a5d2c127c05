/** `WebApp`: a web app with the defaults of a company, optionally with the URL of a database and a DNS record. */
import * as pulumi from "@pulumi/pulumi";
import { CamposApp } from "pulumi-camposcloud";

/** Arguments of `WebApp`. */
export interface WebAppArgs {
  /** Folder of the app. Default: `./apps/<name of the resource>`. */
  source?: string;
  /** Default: `index.js`. */
  mainFile?: string;
  /** Default: 256. */
  memoryMB?: pulumi.Input<number>;
  /** Becomes the variable `DATABASE_URL`. Default: none. */
  databaseUrl?: pulumi.Input<string>;
  /** More variables. */
  environmentVariables?: Record<string, pulumi.Input<string>>;
  /**
   * Makes the record that leads to the app, with whichever DNS provider; `opts` make it a part of this component.
   * Default: none.
   */
  record?: (host: pulumi.Output<string>, opts: pulumi.ComponentResourceOptions) => pulumi.Resource;
}

/** A Node.js app on the web that is restarted after a crash. */
export class WebApp extends pulumi.ComponentResource {
  /** Public address. */
  readonly url: pulumi.Output<string>;
  /** The host in it, for a DNS record. */
  readonly host: pulumi.Output<string>;

  constructor(name: string, args: WebAppArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("examples:component:WebApp", name, {}, opts);
    const { databaseUrl, record } = args;
    const app = new CamposApp(
      name,
      {
        source: args.source ?? `./apps/${name}`,
        mainFile: args.mainFile ?? "index.js",
        runtimeEnvironment: "nodejs",
        memoryMB: args.memoryMB ?? 256,
        exposedViaWeb: true,
        autoRestartEnabled: true,
        environmentVariables: {
          NODE_ENV: "production",
          ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
          ...args.environmentVariables,
        },
      },
      { parent: this },
    );
    this.url = app.url.apply((url) => {
      if (url === undefined) throw new Error(`The app ${name} is on the web, but has no address.`);
      return url;
    });
    this.host = this.url.apply((url) => new URL(url).hostname);
    record?.(this.host, { parent: this });
    this.registerOutputs({ url: this.url, host: this.host });
  }
}
