/** A web app in Node.js, with an npm dependency that the platform installs. */
import { CamposApp } from "pulumi-camposcloud";

const web = new CamposApp("hello-node", {
  source: "./app",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: 256,
  exposedViaWeb: true,
  environmentVariables: { GREETING: "Hello from CamposCloud" },
});

export const url = web.url;
