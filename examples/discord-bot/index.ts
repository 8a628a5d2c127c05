/** One Discord bot, in the language that the stack's setting `language` names. */
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
// Another address than Discord's own, for trying the bot out without an account there.
const api = config.get("discordApi");
if (api !== undefined) environmentVariables["DISCORD_API"] = api;

const bot = new CamposApp("discord-bot", {
  ...languages[language ?? "nodejs"],
  memoryMB: 256,
  environmentVariables,
  // Longer than a bot runs that cannot log in, so that `pulumi up` fails while the token is wrong.
  minReadySeconds: 20,
});

export const id = bot.id;
