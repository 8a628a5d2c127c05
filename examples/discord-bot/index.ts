/** A Discord bot, in the language of the stack's setting `language`. */
import * as pulumi from "@pulumi/pulumi";
import { CamposApp } from "pulumi-camposcloud";

const config = new pulumi.Config();

const languages = {
  nodejs: { source: "./bot-node", mainFile: "index.js", runtimeEnvironment: "nodejs" },
  python: { source: "./bot-python", mainFile: "bot.py", runtimeEnvironment: "python" },
} as const;
const language = config.get<keyof typeof languages>("language", { allowedValues: ["nodejs", "python"] });

const environmentVariables: Record<string, pulumi.Input<string>> = {
  DISCORD_TOKEN: config.requireSecret("discordToken"),
};
// A different URL than Discord's own, to try the bot without an account there.
const api = config.get("discordApi");
if (api !== undefined) environmentVariables["DISCORD_API"] = api;

const bot = new CamposApp("discord-bot", {
  ...languages[language ?? "nodejs"],
  memoryMB: 256,
  environmentVariables,
  // Longer than a bot with a wrong token runs, so that `pulumi up` fails for it.
  minReadySeconds: 20,
});

export const id = bot.id;
