"""A small web app: it greets, counts its visitors and tells how it is."""

import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

STARTED = time.monotonic()
VISITORS = count(1)


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/":
            greeting = os.environ.get("GREETING", "Hello from Python")
            self.answer(200, f"{greeting}, visitor {next(VISITORS)}\n", "text/plain")
        elif self.path == "/health":
            uptime = round(time.monotonic() - STARTED)
            self.answer(200, json.dumps({"status": "ok", "uptimeSeconds": uptime}), "application/json")
        else:
            self.answer(404, "There is no such page here.\n", "text/plain")

    def answer(self, status, text, content_type):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "8000"))
    print(f"Listening on port {port}", flush=True)
    ThreadingHTTPServer(("", port), Pages).serve_forever()
