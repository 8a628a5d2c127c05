/** The configuration of the native provider, with the documentation that users see. */
import type * as pulumi from "@pulumi/pulumi";

/** An additional account. */
export interface AccountSettings {
  /** Its API key. */
  token?: pulumi.Input<string>;
  /** Address of the API for this account. Default: `baseUrl`. */
  baseUrl?: pulumi.Input<string>;
}

/** Arguments of `Provider`, and the keys of the configuration `camposcloud:`. */
export interface ProviderArgs {
  /** API key of the account; a secret. Default: the environment variable `CAMPOSCLOUD_TOKEN`. */
  token?: pulumi.Input<string>;
  /** Address of the API. Default: `CAMPOSCLOUD_BASE_URL`, else `https://api.camposcloud.com`. */
  baseUrl?: pulumi.Input<string>;
  /**
   * Public URL of a web app, containing `{subdomain}`. Default: `CAMPOSCLOUD_APP_URL`, else
   * `https://{subdomain}.camposcloud.app`.
   */
  appUrl?: pulumi.Input<string>;
  /** Seconds between two writes of the same kind. Default: `CAMPOSCLOUD_WRITE_INTERVAL_SECONDS`, else 3. */
  writeIntervalSeconds?: pulumi.Input<number>;
  /** Allows plain http to hosts other than this machine. Default: false. */
  allowInsecureBaseUrl?: pulumi.Input<boolean>;
  /** Additional accounts by name, for the argument `account`; a secret. */
  accounts?: pulumi.Input<Record<string, pulumi.Input<AccountSettings>>>;
}
