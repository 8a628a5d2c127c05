"""A bot that only says what it would report about."""

import os
import time

topic = os.environ["TOPIC"]
seconds = float(os.environ["EVERY_SECONDS"])

while True:
    print(f"Here is the newest about {topic}.", flush=True)
    time.sleep(seconds)
