/** Twelve apps with the same code and different variables. A bot that is removed from the list is deleted. */
import { CamposApp } from "pulumi-camposcloud";
import { bots } from "./bots";

const apps = bots.map(
  ({ name, topic, everySeconds = 60, memoryMB = 256 }) =>
    new CamposApp(name, {
      source: "./bot",
      mainFile: "bot.py",
      runtimeEnvironment: "python",
      memoryMB,
      autoRestartEnabled: true,
      environmentVariables: { TOPIC: topic, EVERY_SECONDS: String(everySeconds) },
    }),
);

export const ids = Object.fromEntries(apps.map((app, index) => [bots[index].name, app.id]));
