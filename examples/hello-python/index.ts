/** A Flask app, deployed by a TypeScript program. */
import { CamposApp } from "pulumi-camposcloud";

const web = new CamposApp("hello-python", {
  source: "./app",
  mainFile: "main.py",
  runtimeEnvironment: "python",
  memoryMB: 256,
  exposedViaWeb: true,
  autoRestartEnabled: true,
});

export const url = web.url;
