/** An app from a zip that another step has created, such as a build in CI. Its entries are sent unchanged. */
import { CamposApp } from "pulumi-camposcloud";

const web = new CamposApp("zip-source", {
  source: "./app.zip",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: 256,
  exposedViaWeb: true,
});

export const url = web.url;
