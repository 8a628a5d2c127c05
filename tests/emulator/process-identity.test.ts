/** Owns how a process is recognized after a restart of the emulator, on systems whose process table cannot be read here. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processIdentity } from "../../emulator/processes/process-tree";

describe("emulator: the identity of a process", () => {
  const { platform, env } = process;
  let folder: string;

  /** Pretends to be a Windows machine whose PowerShell is this shell script. */
  const pretend = (script: string) => {
    writeFileSync(join(folder, "powershell.exe"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    Object.defineProperty(process, "platform", { value: "win32" });
    process.env = { ...env, PATH: `${folder}:${env["PATH"]}` };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "process-identity-"));
  });
  afterEach(() => {
    Object.defineProperty(process, "platform", { value: platform });
    process.env = env;
    rmSync(folder, { recursive: true });
  });

  it("is the same at each look, and unknown for a process that is not running", () => {
    assert.ok(processIdentity(process.pid));
    assert.equal(processIdentity(process.pid), processIdentity(process.pid));
    assert.equal(processIdentity(2 ** 22 + 1), undefined);
  });

  it("is the start time on Windows", function () {
    if (platform === "win32") this.skip();
    pretend('case "$*" in *"-Id 17 "*StartTime*) echo 133775100000000000;; *) exit 1;; esac');
    assert.equal(processIdentity(17), "133775100000000000");
    assert.equal(processIdentity(18), undefined);
  });

  it("is unknown without PowerShell, so that no process is taken for one of ours", function () {
    if (platform === "win32") this.skip();
    pretend("exit 127");
    assert.equal(processIdentity(process.pid), undefined);
  });
});
