"""A web app listens on the port that PORT names. Packages that it needs go into requirements.txt."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        body = "Hello from CamposCloud\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


port = int(os.environ["PORT"])
print(f"Listening on port {port}", flush=True)
ThreadingHTTPServer(("", port), Pages).serve_forever()
