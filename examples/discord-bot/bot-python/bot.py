"""A Discord bot that answers the command /ping."""

import os
import sys
import time

import discord
from discord import app_commands

api = os.environ.get("DISCORD_API")
if api:
    # Only for trying the bot out against the stand-in of this example.
    import yarl

    discord.http.Route.BASE = f"{api}/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(api).with_scheme("ws").with_path("/")

client = discord.Client(intents=discord.Intents(guilds=True))
commands = app_commands.CommandTree(client)


@commands.command(description="Answers pong")
async def ping(interaction: discord.Interaction):
    await interaction.response.send_message("pong")


@client.event
async def setup_hook():
    await commands.sync()


@client.event
async def on_ready():
    print(f"Logged in as {client.user.name}", flush=True)


try:
    client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
except discord.LoginFailure as error:
    print(f"Could not log in to Discord: {error}", file=sys.stderr, flush=True)
    # Pulumi looks at the app every few seconds: one that ends sooner than that looks as if it had never started.
    time.sleep(6)
    sys.exit(1)
