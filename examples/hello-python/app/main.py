"""A small web app: a greeting, a counter of visitors, and a health check."""

import os
import time
from itertools import count

from flask import Flask

STARTED = time.monotonic()
VISITORS = count(1)
app = Flask(__name__)


@app.get("/")
def greet():
    greeting = os.environ.get("GREETING", "Hello from Python")
    return f"{greeting}, visitor {next(VISITORS)}\n", {"Content-Type": "text/plain; charset=utf-8"}


@app.get("/health")
def health():
    return {"status": "ok", "uptimeSeconds": round(time.monotonic() - STARTED)}


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", "8000")))
