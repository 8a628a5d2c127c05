import * as pulumi from "@pulumi/pulumi";
import { CamposApp } from "pulumi-camposcloud";

const config = new pulumi.Config();

const bot = new CamposApp("bot", {
  appName: pulumi.getProject(),
  source: "./app",
  mainFile: "main.py",
  runtimeEnvironment: "python",
  memoryMB: config.requireNumber("memoryMB"),
  autoRestartEnabled: true,
  // The bot's own settings and keys; each value is kept encrypted:
  // environmentVariables: { BOT_TOKEN: config.requireSecret("botToken") },
});

export const id = bot.id;
