/** Owns the small programs that the emulator runs in these tests: well-behaved and misbehaving ones. */
import type { Files } from "./client";

/** Answers what it was given: variables, arguments, folder. */
export const NODE_WEB: Files = {
  "index.js": `
    const http = require("http");
    http.createServer((request, response) => {
      response.setHeader("x-app", "node");
      if (request.url === "/env") return response.end(JSON.stringify({ env: process.env, cwd: process.cwd(), argv: process.argv.slice(2) }));
      if (request.url === "/exit") { response.end("bye"); return setTimeout(() => process.exit(7), 20); }
      if (request.method === "POST") return request.pipe(response);
      response.end(JSON.stringify({ pid: process.pid, url: request.url, host: request.headers.host }));
    }).listen(process.env.PORT, () => console.log("listening"));
  `,
};

export const PYTHON_WEB: Files = {
  "main.py": `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(("python " + os.environ["GREETING"]).encode())
    def log_message(self, *args): pass
print("listening")
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`,
};

/** Counts its starts in a file and fails at once. */
export const CRASHER: Files = {
  "index.js": `
    const fs = require("fs");
    fs.appendFileSync("starts", "x");
    console.error("about to fail");
    process.exit(3);
  `,
};

/** Allocates memory step by step, optionally in a child process. */
export const LEAK: Files = {
  "index.js": `
    if (process.argv[2] === "child") {
      const kept = [];
      setInterval(() => kept.push(Buffer.alloc(20 * 1024 * 1024, 1)), 30);
    } else {
      require("child_process").spawn(process.execPath, [__filename, "child"], { stdio: "inherit" });
      setInterval(() => {}, 1000);
    }
  `,
};

/** Ignores SIGTERM, and has children in its group, in a group of their own, and orphaned ones: their pids are in \`pids\`. */
export const STUBBORN: Files = {
  "index.js": `
    const { spawn } = require("child_process");
    const fs = require("fs");
    const deaf = 'process.on("SIGTERM", () => {}); process.on("SIGHUP", () => {}); require("fs").appendFileSync("pids", process.pid + " "); setInterval(() => {}, 1000);';
    process.on("SIGTERM", () => {});
    spawn(process.execPath, ["-e", deaf]);
    spawn(process.execPath, ["-e", deaf], { detached: true, stdio: "ignore" });
    const parent = 'require("child_process").spawn(process.execPath, ["-e", process.argv[1]], { detached: true, stdio: "ignore" }).unref();';
    spawn(process.execPath, ["-e", parent, deaf], { detached: true, stdio: "ignore" });
    fs.appendFileSync("pids", process.pid + " ");
    setInterval(() => {}, 1000);
  `,
};

export const FLOOD: Files = {
  "index.js": `const line = "flood ".repeat(10000) + "\\n"; for (;;) require("fs").writeSync(1, line);`,
};
