// A Discord bot that answers the command /ping.
const { Client, Events, GatewayIntentBits } = require("discord.js");

const { DISCORD_TOKEN, DISCORD_API } = process.env;
const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  ...(DISCORD_API ? { rest: { api: DISCORD_API } } : {}),
});

client.once(Events.ClientReady, async (ready) => {
  console.log(`Logged in as ${ready.user.username}`);
  await ready.application.commands.set([{ name: "ping", description: "Answers pong" }]);
});

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isChatInputCommand() && interaction.commandName === "ping") await interaction.reply("pong");
});

client.login(DISCORD_TOKEN).catch((error) => {
  console.error(`Could not log in to Discord: ${error.message}`);
  // Pulumi checks the app every few seconds: if it exits sooner, it looks as if it had never started.
  setTimeout(() => process.exit(1), 6_000);
});
