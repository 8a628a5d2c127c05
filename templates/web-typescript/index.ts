import * as pulumi from "@pulumi/pulumi";
import { CamposApp } from "pulumi-camposcloud";

const config = new pulumi.Config();

const web = new CamposApp("web", {
  appName: pulumi.getProject(),
  source: "./app",
  mainFile: "index.js",
  runtimeEnvironment: "nodejs",
  memoryMB: config.requireNumber("memoryMB"),
  exposedViaWeb: true,
  autoRestartEnabled: true,
});

export const url = web.url;
