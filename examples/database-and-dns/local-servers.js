/** Runs a PostgreSQL and a PowerDNS server on free ports until Ctrl-C, and removes their data afterwards. */
const { execFileSync, spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const { createServer } = require("node:net");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { randomBytes } = require("node:crypto");

const zone = "example.test.";
const folder = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), "notes-servers-"));
const children = [];

async function main() {
  // The unprivileged user must be able to access its folder inside.
  fs.chmodSync(folder, 0o755);
  const [adminUrl, { api, key, port }] = await Promise.all([postgres(), powerDns()]);
  const lines = [
    `pulumi -C database config set --secret adminUrl ${adminUrl}`,
    `pulumi -C dns config set server ${api}`,
    `pulumi -C dns config set --secret apiKey ${key}`,
    `dig +short @127.0.0.1 -p ${port} notes.${zone} CNAME`,
  ];
  console.log(lines.join("\n"));
  console.log("Ready. Ctrl-C ends both servers and removes their data.");
}

async function postgres() {
  const data = join(folder, "postgres");
  const password = randomBytes(12).toString("hex");
  const user = userForPostgres();
  const bin = postgresPrograms();
  fs.mkdirSync(data);
  fs.writeFileSync(join(folder, "password"), password);
  if (user.uid !== undefined) {
    fs.chownSync(data, user.uid, user.gid);
    fs.chownSync(join(folder, "password"), user.uid, user.gid);
  }
  const pwfile = `--pwfile=${join(folder, "password")}`;
  const init = ["-D", data, "-U", "admin", pwfile, "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"];
  execFileSync(join(bin, "initdb"), init, { ...user, cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", `unix_socket_directories=${data}`, "fsync=off"];
  start(
    join(bin, "postgres"),
    ["-D", data, "-p", String(port), ...settings.flatMap((each) => ["-c", each])],
    user,
  );
  const ready = ["-q", "-h", "127.0.0.1", "-p", String(port), "-d", "postgres"];
  await until(async () => execFileSync(join(bin, "pg_isready"), ready));
  return `postgres://admin:${password}@127.0.0.1:${port}/postgres`;
}

/** On Debian the server's programs are not on the PATH but in a folder per version. */
function postgresPrograms() {
  const versions = "/usr/lib/postgresql";
  if (!fs.existsSync(versions)) return "";
  const newest = fs.readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0];
  return join(versions, newest, "bin");
}

/** PostgreSQL refuses to run as root. */
function userForPostgres() {
  if (process.getuid?.() !== 0) return {};
  const number = (flag) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

async function powerDns() {
  const [port, apiPort] = [await freePort(), await freePort()];
  const key = randomBytes(12).toString("hex");
  const api = `http://127.0.0.1:${apiPort}`;
  const settings = {
    "config-dir": folder,
    "socket-dir": folder,
    daemon: "no",
    guardian: "no",
    launch: "lmdb",
    "lmdb-filename": join(folder, "zones"),
    "local-address": "127.0.0.1",
    "local-port": port,
    webserver: "yes",
    "webserver-address": "127.0.0.1",
    "webserver-port": apiPort,
    api: "yes",
    "api-key": key,
    // Otherwise it asks the project's servers whether it is outdated.
    "security-poll-suffix": "",
  };
  start(
    "pdns_server",
    Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
  );
  const body = JSON.stringify({ name: zone, kind: "Native", nameservers: [`ns.${zone}`] });
  const address = `${api}/api/v1/servers/localhost/zones`;
  await until(async () => {
    const { status } = await fetch(address, { method: "POST", headers: { "X-API-Key": key }, body });
    if (status !== 201) throw new Error(`PowerDNS answered ${status} when the zone was made.`);
  });
  return { api, key, port };
}

function start(program, parameters, user = {}) {
  const log = fs.openSync(join(folder, `${children.length}.log`), "w");
  const child = spawn(program, parameters, { ...user, cwd: folder, stdio: ["ignore", log, log] });
  child.once("error", (error) => stop(`Starting ${program} failed: ${error.message}`));
  children.push(child);
}

async function until(attempt) {
  const begun = Date.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() - begun > 20_000) throw error;
    }
    await sleep(100);
  }
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}

/** On SIGINT PostgreSQL closes its connections and exits; PowerDNS exits immediately. */
async function stop(problem) {
  if (problem) console.error(problem);
  const running = children.filter(({ pid, exitCode, signalCode }) => pid && exitCode === null && !signalCode);
  await Promise.all(running.map((child) => [once(child, "exit"), child.kill("SIGINT")][0]));
  fs.rmSync(folder, { recursive: true, force: true });
  process.exit(problem ? 1 : 0);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop());
main().catch((error) => stop(error.message));
