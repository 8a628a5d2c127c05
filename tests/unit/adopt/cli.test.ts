/** The command camposcloud-adopt as a process. */
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..", "..");
const apps = Array.from({ length: 300 }, (_, index) => ({ _id: `app${index}` }));

describe("camposcloud-adopt", () => {
  let folder: string;
  let server: Server;
  let reads = 0;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "camposcloud-adopt-test-"));
    server = createServer((request, response) => {
      if (request.url?.startsWith("/v1/apps?")) return response.end(JSON.stringify(apps));
      reads++;
      return response.writeHead(401).end(JSON.stringify({ error: "Unauthorized" }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends with the first failure, without the requests that wait for the rate limit", async function () {
    this.timeout(120_000);
    const state = join(folder, "state.json");
    writeFileSync(state, JSON.stringify({ deployment: { resources: [] } }));
    const { port } = server.address() as AddressInfo;
    const tool = ["-r", "ts-node/register/transpile-only", join(root, "provider", "adopt", "cli.ts")];
    const child = spawn(process.execPath, [...tool, "--state", state, "--out", folder], {
      cwd: root,
      env: {
        ...process.env,
        CAMPOSCLOUD_TOKEN: "key",
        CAMPOSCLOUD_BASE_URL: `http://127.0.0.1:${port}`,
      },
    });
    let text = "";
    child.stderr.on("data", (piece) => {
      text += piece;
    });
    const [code] = await once(child, "close");
    assert.equal(code, 1, text);
    assert.match(text, /^camposcloud-adopt: Could not read the app .*401 "Unauthorized"/m);
    assert.ok(reads < apps.length, `${reads} reads`);
  });
});
