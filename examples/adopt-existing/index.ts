/** An app that somebody made by hand, now kept by this program. */
import * as pulumi from "@pulumi/pulumi";
import { CamposApp } from "pulumi-camposcloud";

const web = new CamposApp(
  "web",
  {
    // Counts only when the resource is created; it may stay or go afterwards.
    adopt: new pulumi.Config().require("appId"),
    source: "./app",
    mainFile: "index.js",
    runtimeEnvironment: "nodejs",
    memoryMB: 256,
    exposedViaWeb: true,
  },
  // `pulumi destroy` forgets the app instead of deleting it, until this is taken out.
  { retainOnDelete: true },
);

export const url = web.url;
