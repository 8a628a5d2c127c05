/** An app whose files another step has put into a zip, such as a build in CI. It is sent as it is, byte for byte. */
import { CamposApp } from "pulumi-camposcloud";

const web = new CamposApp("zip-source", {
  source: "./app.zip",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: 256,
  exposedViaWeb: true,
});

export const url = web.url;
