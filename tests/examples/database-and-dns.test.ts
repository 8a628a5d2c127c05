/** Three stacks connected by references, with real PostgreSQL and PowerDNS servers. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { havePrograms } from "../support/programs";
import { type Example, openExample } from "./support/example";

describe("the example database-and-dns", function () {
  this.timeout(3 * 60_000);
  let example: Example;
  let servers: ChildProcess;
  let adminUrl = "";
  let dig: string[] = [];

  const up = (folder: string, ...args: string[]) =>
    example.pulumi("-C", folder, "up", "--yes", "--skip-preview", ...args);
  const edit = (file: string, from: string, to: string) => {
    const path = join(example.folder, file);
    const text = readFileSync(path, "utf8");
    assert.ok(text.includes(from), `${file} does not say ${from}`);
    writeFileSync(path, text.replace(from, to));
  };
  const resolve = async () => (await example.run("dig", ...dig)).replace(/\.$/, "");
  const rows = async (url: string, sql: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  /** Requests the app by its DNS name: at the loopback address, with the host from DNS. */
  const ask = async (method: string, body = ""): Promise<string> => {
    const host = `${await resolve()}:${example.emulator.port}`;
    const asked = request({
      host: "127.0.0.1",
      port: example.emulator.port,
      method,
      headers: { host },
    });
    asked.end(body);
    const [response] = await once(asked, "response");
    let text = "";
    for await (const chunk of response) text += chunk;
    return text;
  };

  before(async function () {
    const need = {
      programs: ["initdb", "postgres", "pdns_server", "dig"],
      packages: "postgresql pdns-server pdns-backend-lmdb bind9-dnsutils",
      what: "the example database-and-dns",
    };
    if (!havePrograms(need)) return this.skip();
    example = await openExample("database-and-dns");
    for (const folder of ["database", "app", "dns"]) await example.init(folder);
    const started = await startServers(example);
    servers = started.child;
    // Runs the printed lines that the README says to copy.
    for (const line of started.lines) {
      const [program, ...args] = line.split(" ");
      if (program === "pulumi") await example.pulumi(...args);
      if (program === "dig") dig = args;
      if (args.includes("adminUrl")) adminUrl = args.at(-1) ?? "";
    }
  });
  after(async () => {
    if (servers?.exitCode === null) {
      servers.kill("SIGTERM");
      await once(servers, "exit");
    }
    await example?.close();
  });

  it("works from the DNS record to the row in the database", async () => {
    for (const folder of ["database", "app", "dns"]) await up(folder);
    assert.match(await resolve(), /^notes-[0-9a-f]+\.localhost$/);
    assert.equal(await ask("POST", "buy milk"), "added\n");
    assert.equal(await ask("GET"), "buy milk\n");
    const url = await example.pulumi("-C", "database", "stack", "output", "url", "--show-secrets");
    assert.deepEqual(await rows(url, "SELECT text FROM notes"), [{ text: "buy milk" }]);
  });

  it("changes nothing if nothing has changed, also after a refresh", async () => {
    for (const folder of ["database", "app", "dns"]) await up(folder, "--refresh", "--expect-no-changes");
  });

  it("keeps every secret encrypted in the states", async () => {
    const secret = new URL(
      await example.pulumi("-C", "database", "stack", "output", "url", "--show-secrets"),
    );
    const secrets = [secret.password, new URL(adminUrl).password];
    for (const folder of ["database", "app", "dns"]) {
      const config = JSON.parse(await example.pulumi("-C", folder, "config", "--show-secrets", "--json"));
      const apiKey = config["notes-dns:apiKey"]?.value;
      const state = await example.pulumi("-C", folder, "stack", "export");
      for (const each of [...secrets, ...(apiKey ? [apiKey] : [])]) assert.ok(!state.includes(each), folder);
    }
  });

  it("gives the role a new password, and the app the new URL", async () => {
    const before = await example.pulumi("-C", "database", "stack", "output", "url", "--show-secrets");
    await example.pulumi("-C", "database", "config", "set", "passwordVersion", "2");
    await up("database");
    await assert.rejects(rows(before, "SELECT 1"), /password authentication failed/);
    await up("app");
    assert.equal(await ask("GET"), "buy milk\n");
  });

  it("transfers the database with its rows to another role, in place", async () => {
    edit("database/index.ts", 'name: "notes",\n  passwordVersion', 'name: "keeper",\n  passwordVersion');
    await up("database");
    await up("app");
    assert.equal(await ask("POST", "sell milk"), "added\n");
    assert.equal(await ask("GET"), "buy milk\nsell milk\n");
    const roles = "SELECT rolname FROM pg_roles WHERE rolname IN ('notes', 'keeper')";
    assert.deepEqual(await rows(adminUrl, roles), [{ rolname: "keeper" }]);
  });

  it("repairs a changed record, and creates a deleted one again", async () => {
    const config = JSON.parse(await example.pulumi("-C", "dns", "config", "--show-secrets", "--json"));
    const [server, key] = [config["notes-dns:server"].value, config["notes-dns:apiKey"].value];
    const right = await resolve();
    const meddle = async (change: object) => {
      const rrsets = [{ name: "notes.example.test.", type: "CNAME", ...change }];
      const answer = await fetch(`${server}/api/v1/servers/localhost/zones/example.test.`, {
        method: "PATCH",
        headers: { "X-API-Key": key },
        body: JSON.stringify({ rrsets }),
      });
      assert.equal(answer.status, 204);
    };
    await meddle({
      changetype: "REPLACE",
      ttl: 5,
      records: [{ content: "elsewhere.test.", disabled: false }],
    });
    await up("dns", "--refresh");
    assert.equal(await resolve(), right);
    await meddle({ changetype: "DELETE" });
    await up("dns", "--refresh");
    assert.equal(await resolve(), right);
  });

  it("does not change a record that it has not created", async () => {
    edit("dns/index.ts", 'new DnsRecord("notes"', 'new DnsRecord("second"');
    // The new resource is created before the old one is deleted, so the name is taken.
    await assert.rejects(up("dns"), /There is a CNAME record for notes\.example\.test\. already/);
    edit("dns/index.ts", 'new DnsRecord("second"', 'new DnsRecord("notes"');
    await up("dns");
  });

  it("shows in one stack with the native resource that an update of the app leaves the record alone", async () => {
    await example.init("native");
    const config = JSON.parse(await example.pulumi("-C", "dns", "config", "--show-secrets", "--json"));
    const set = (...args: string[]) => example.pulumi("-C", "native", "config", "set", ...args);
    await set("--secret", "adminUrl", adminUrl);
    await set("server", config["notes-dns:server"].value);
    await set("--secret", "apiKey", config["notes-dns:apiKey"].value);
    await up("native");
    await set("memoryMB", "512");
    const { steps } = JSON.parse(await example.pulumi("-C", "native", "preview", "--json"));
    const changes = steps.flatMap(({ op, urn }: { op: string; urn: string }) =>
      op === "same" ? [] : [`${op} ${urn.split("::").slice(2).join(" ")}`],
    );
    assert.deepEqual(changes, ["update camposcloud:index:App notes"]);
    await example.pulumi("-C", "native", "destroy", "--yes", "--skip-preview");
  }).timeout(8 * 60_000);

  it("leaves nothing after the stacks are destroyed in reverse order", async () => {
    for (const folder of ["dns", "app", "database"])
      await example.pulumi("-C", folder, "destroy", "--yes", "--skip-preview");
    assert.equal(await resolve(), "");
    assert.deepEqual(example.emulator.apps(), []);
    assert.deepEqual(await rows(adminUrl, "SELECT 1 FROM pg_database WHERE datname = 'notes'"), []);
    assert.deepEqual(await rows(adminUrl, "SELECT 1 FROM pg_roles WHERE rolname IN ('notes', 'keeper')"), []);
  });
});

async function startServers({ folder }: Example): Promise<{ child: ChildProcess; lines: string[] }> {
  const child = spawn(process.execPath, ["local-servers.js"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("Ready.")) return { child, lines };
    lines.push(line);
  }
  throw new Error(`local-servers.js ended before its servers were ready: ${lines.join("\n")}`);
}
