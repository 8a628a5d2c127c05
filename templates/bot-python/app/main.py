"""A bot runs until it is stopped and needs no port. Packages such as discord.py go into requirements.txt."""

import time

print("The bot is running", flush=True)
minutes = 0
while True:
    time.sleep(60)
    minutes += 1
    print(f"Running for {minutes} min", flush=True)
