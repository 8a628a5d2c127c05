/** The second stack: the app, which gets the URL of the first stack's database as a secret variable. */
import * as pulumi from "@pulumi/pulumi";
import { CamposApp } from "pulumi-camposcloud";

const database = new pulumi.StackReference(`${pulumi.getOrganization()}/notes-database/${pulumi.getStack()}`);
const databaseUrl = database.requireOutput("url").apply(String);

const app = new CamposApp("notes", {
  source: "./source",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: 256,
  exposedViaWeb: true,
  environmentVariables: { DATABASE_URL: databaseUrl },
});

export const url = app.url;
/** The target of the DNS record. */
export const host = app.url.apply((known) => known && new URL(known).hostname);
