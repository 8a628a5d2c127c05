/** Three apps that share code. Each consists of its own folder and the shared one, and is only deployed when these change. */
import * as pulumi from "@pulumi/pulumi";
import { CamposApp, type CamposAppArgs } from "pulumi-camposcloud";

function appOf(name: string, more: Partial<CamposAppArgs> = {}): CamposApp {
  return new CamposApp(name, {
    // The same layout as on disk, so that `require("../shared/…")` works in both places.
    source: {
      [name]: new pulumi.asset.FileArchive(`./code/${name}`),
      shared: new pulumi.asset.FileArchive("./code/shared"),
    },
    mainFile: `${name}/index.js`,
    runtimeEnvironment: "nodejs",
    memoryMB: 256,
    ...more,
  });
}

const api = appOf("api", { exposedViaWeb: true });
const apiUrl = api.url.apply((url) => url ?? "");
const web = appOf("web", { exposedViaWeb: true, environmentVariables: { API_URL: apiUrl } });
appOf("worker", { environmentVariables: { API_URL: apiUrl } });

export const url = web.url;
export { apiUrl };
