/** A web app, declared in TypeScript with the native plugin. */
import { App } from "pulumi-camposcloud/native";

const web = new App("web", {
  source: "../app",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: 256,
  exposedViaWeb: true,
  environmentVariables: { GREETING: "Hello from TypeScript" },
});

export const url = web.url;
