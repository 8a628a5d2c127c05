// A local replacement for Discord: the requests that a bot makes to log in, and a gateway that accepts it.
// Use: node local-discord.js [PORT]. The only valid token is "right-token".
const { createHash } = require("node:crypto");
const { createServer } = require("node:http");

const TOKEN = "right-token";
const ID = "100000000000000001";
const user = { id: ID, username: "local-bot", discriminator: "0", bot: true, avatar: null, flags: 0 };
const owner = { ...user, id: "100000000000000002", username: "owner", bot: false };
const application = {
  ...{ id: ID, name: "local-bot", icon: null, description: "", verify_key: "", owner, team: null, flags: 0 },
  ...{ bot_public: true, bot_require_code_grant: false },
};

const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname.replace(/^\/api\/v10/, "");
  const answer = (status, body) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  };
  request.resume();
  request.once("end", () => {
    if (request.headers.authorization !== `Bot ${TOKEN}`)
      return answer(401, { message: "401: Unauthorized", code: 0 });
    if (path === "/users/@me") return answer(200, user);
    if (path === "/oauth2/applications/@me" || path === "/applications/@me") return answer(200, application);
    if (path === "/gateway/bot") return answer(200, gateway());
    if (path === `/applications/${ID}/commands`) return answer(200, []);
    answer(404, { message: "404: Not Found", code: 0 });
  });
});

function gateway() {
  const limit = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 };
  return { url: `ws://127.0.0.1:${server.address().port}`, shards: 1, session_start_limit: limit };
}

// The gateway: a WebSocket on the same port (RFC 6455), one JSON text per message.
server.on("upgrade", (request, socket) => {
  const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write([...head, `Sec-WebSocket-Accept: ${accept}`, "", ""].join("\r\n"));
  socket.on("error", () => {});
  const tell = (message) => socket.write(frame(0x81, Buffer.from(JSON.stringify(message))));
  tell({ op: 10, d: { heartbeat_interval: 40_000 }, s: null, t: null });
  let pending = Buffer.alloc(0);
  socket.on("data", (data) => {
    pending = Buffer.concat([pending, data]);
    for (let next = unframe(pending); next; next = unframe(pending)) {
      pending = pending.subarray(next.length);
      if (next.opcode === 8) return socket.end(frame(0x88, next.payload));
      if (next.opcode === 1) hear(JSON.parse(next.payload.toString()), tell, socket);
    }
  });
});

function hear({ op, d }, tell, socket) {
  if (op === 1) return tell({ op: 11, d: null, s: null, t: null });
  if (op !== 2) return;
  // 4004 is Discord's code for a wrong token.
  if (d.token !== TOKEN) return socket.end(frame(0x88, Buffer.from([4004 >> 8, 4004 & 255])));
  const session = { session_id: "local", resume_gateway_url: gateway().url };
  tell({
    op: 0,
    s: 1,
    t: "READY",
    d: { v: 10, user, guilds: [], application: { id: ID, flags: 0 }, ...session },
  });
  console.log("A bot has logged in");
}

/** A frame from the server, never masked. */
function frame(first, payload) {
  const size = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([first, ...size]), payload]);
}

/** The first frame from a client, always masked; undefined while it is incomplete. */
function unframe(data) {
  if (data.length < 2) return undefined;
  const short = data[1] & 127;
  const at = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (data.length < at + 4) return undefined;
  const size = short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
  const length = at + 4 + size;
  if (data.length < length) return undefined;
  const mask = data.subarray(at, at + 4);
  const payload = Buffer.from(data.subarray(at + 4, length)).map((byte, i) => byte ^ mask[i % 4]);
  return { opcode: data[0] & 15, payload, length };
}

server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  console.log(`Ready on http://127.0.0.1:${server.address().port}/api`);
});
