/** An app that was created by hand, now managed by this program. */
import * as pulumi from "@pulumi/pulumi";
import { CamposApp } from "pulumi-camposcloud";

const web = new CamposApp(
  "web",
  {
    // Only used when the resource is created; it can be removed afterwards.
    adopt: new pulumi.Config().require("appId"),
    source: "./app",
    mainFile: "index.js",
    runtimeEnvironment: "nodejs",
    memoryMB: 256,
    exposedViaWeb: true,
  },
  // `pulumi destroy` removes the app from the stack without deleting it, unless this is removed.
  { retainOnDelete: true },
);

export const url = web.url;
