/** The search for a Pulumi CLI, on fake machines. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { isAtLeast } from "../../scripts/cli/versions";
import { ensurePulumi } from "../../scripts/pulumi-cli";
import { FakeMachine } from "./fake-machine";

// The fake programs are shell scripts; on Windows the demo's own test runs the real search.
if (process.platform !== "win32")
  describe("the search for a Pulumi CLI", () => {
    let machine: FakeMachine;

    beforeEach(() => {
      machine = new FakeMachine();
    });
    afterEach(() => machine.remove());

    it("uses pulumi on the PATH if it is new enough", async () => {
      machine.cli(machine.tools, "3.254.0");
      const cli = await ensurePulumi(machine.search);
      assert.equal(cli.bin, machine.tools);
      assert.equal(cli.version, "3.254.0");
      assert.equal(machine.shown, "");
    });

    it("finds the language host anywhere on the PATH and next to the target of a link", async () => {
      const real = machine.cli(join(machine.root, "opt"), "3.300.1");
      symlinkSync(join(real, "pulumi"), join(machine.tools, "pulumi"));
      const cli = await ensurePulumi(machine.search);
      assert.equal(cli.pulumi, join(machine.tools, "pulumi"));
    });

    it("prefers a downloaded release to an outdated pulumi on the PATH", async () => {
      machine.cli(machine.tools, "3.253.9");
      machine.cli(machine.downloadFolder, "3.259.0");
      const cli = await ensurePulumi(machine.search);
      assert.equal(cli.bin, machine.downloadFolder);
      assert.equal(cli.env["PATH"]?.split(delimiter)[0], machine.downloadFolder);
    });

    it("ignores a pulumi on the PATH without a language host", async () => {
      machine.script(join(machine.tools, "pulumi"), "echo v3.259.0");
      machine.cli(machine.buildFolder, "3.259.0");
      assert.equal((await ensurePulumi(machine.search)).bin, machine.buildFolder);
    });

    it("never runs the launcher of the npm package to get its version", async () => {
      const starter = machine.script(join(machine.root, "node_modules", "pulumi", "run.js"), "echo v3.999.0");
      const bin = join(machine.root, "node_modules", ".bin");
      mkdirSync(bin);
      symlinkSync(starter, join(bin, "pulumi"));
      machine.env["PATH"] = `${bin}${delimiter}${machine.env["PATH"]}`;
      machine.cli(machine.tools, "3.259.0");
      const cli = await ensurePulumi(machine.search);
      assert.equal(cli.bin, machine.tools);
      const folders = cli.env["PATH"]?.split(delimiter) ?? [];
      assert.ok(folders.indexOf(machine.tools) < folders.indexOf(bin), "a shell would start the npm package");
    });

    it("puts the launcher of dynamic providers on the PATH", async () => {
      machine.cli(machine.tools, "3.259.0");
      const folders = (await ensurePulumi(machine.search)).env["PATH"]?.split(delimiter) ?? [];
      assert.ok(folders.some((folder) => readdirSync(folder).includes("pulumi-resource-pulumi-nodejs")));
    });

    it("downloads the release if nothing is installed", async () => {
      machine.cli(join(machine.root, "release"), "3.259.0");
      const place = JSON.stringify(dirname(machine.downloadFolder));
      machine.starterRuns(
        `const fs = require("node:fs");
       fs.mkdirSync(${place}, { recursive: true });
       fs.renameSync(${JSON.stringify(join(machine.root, "release"))}, ${place} + "/bin");
       console.log(process.env.PULUMI_VERSION);`,
      );
      const cli = await ensurePulumi(machine.search);
      assert.equal(cli.bin, machine.downloadFolder);
      assert.match(machine.shown, /Downloading Pulumi 3\.259\.0: done/);
    });

    it("gives up on a download server that does not respond, and builds", async () => {
      machine.starterRuns("setInterval(() => {}, 1000);");
      machine.go();
      const cli = await ensurePulumi(machine.search);
      assert.equal(cli.bin, machine.buildFolder);
      assert.match(machine.shown, /Downloading Pulumi 3\.259\.0: no answer within 2 s/);
      assert.match(
        machine.shown,
        /Building the Pulumi CLI 3\.259\.0 from its Go modules, once for this user/,
      );
      assert.match(machine.shown, /Compiling pulumi-language-nodejs: done/);
    });

    it("builds with fixed versions, in one module per part", async () => {
      machine.go();
      await ensurePulumi(machine.search);
      assert.deepEqual(machine.goCalls("get"), [
        "get github.com/pulumi/pulumi/pkg/v3/cmd/pulumi@v3.259.0",
        "get github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs@v3.68.0",
      ]);
      const [cli, host] = machine.goCalls("build");
      assert.match(cli ?? "", /version\.Version=v3\.259\.0 /);
      assert.match(host ?? "", /version\.Version=v3\.68\.0 /);
      assert.equal(machine.goCalls("mod").length, 2);
    });

    it("builds once for two concurrent searches, and not again later", async () => {
      machine.go();
      const both = await Promise.all([ensurePulumi(machine.search), ensurePulumi(machine.search)]);
      assert.deepEqual(
        both.map((cli) => cli.bin),
        [machine.buildFolder, machine.buildFolder],
      );
      await ensurePulumi(machine.search);
      assert.equal(machine.goCalls("build").length, 2, "one call for each part");
      assert.match(machine.shown, /Another process is building/);
    });

    it("replaces a broken build", async () => {
      machine.cli(machine.buildFolder, "3.259.0");
      writeFileSync(join(machine.buildFolder, "pulumi"), "");
      machine.go();
      const cli = await ensurePulumi(machine.search);
      assert.equal(cli.version, "3.259.0");
      assert.equal(machine.goCalls("build").length, 2);
    });

    it("leaves nothing behind after a failed build, and removes the remains of an interrupted one", async () => {
      const cache = dirname(machine.buildFolder);
      mkdirSync(join(cache, ".unfinished-old", "bin"), { recursive: true });
      machine.go('echo "no space left on device" >&2; exit 1');
      await assert.rejects(ensurePulumi(machine.search), /pulumi: exit code 1: no space left on device/);
      assert.deepEqual(readdirSync(cache), []);
    });

    it("takes over the lock of a build that was killed", async () => {
      mkdirSync(dirname(machine.buildFolder), { recursive: true });
      const lock = `${machine.buildFolder}.lock`;
      writeFileSync(lock, "");
      const longAgo = new Date(Date.now() - 60_000);
      utimesSync(lock, longAgo, longAgo);
      machine.go();
      assert.equal((await ensurePulumi(machine.search)).bin, machine.buildFolder);
    });

    it("names the three ways and why each failed if none works", async () => {
      machine.cli(machine.tools, "3.100.0");
      await assert.rejects(ensurePulumi(machine.search), (error: Error) => {
        assert.match(error.message, /no usable Pulumi CLI/);
        assert.match(error.message, /1\. pulumi on the PATH: .* is 3\.100\.0, older than 3\.254\.0/);
        assert.match(
          error.message,
          /2\. the official download through the npm package pulumi: exit code 1: fetch failed/,
        );
        assert.match(error.message, /3\. a build from its Go modules: go is not on the PATH/);
        assert.match(error.message, /Install Pulumi 3\.254\.0 or newer, .* or install Go/);
        return true;
      });
    });
  });

describe("versions of the CLI", () => {
  it("compares numerically, not alphabetically", () => {
    assert.equal(isAtLeast("v3.254.0", "3.254.0"), true);
    assert.equal(isAtLeast("3.1000.0", "3.254.0"), true);
    assert.equal(isAtLeast("10.0.0", "3.254.0"), true);
    assert.equal(isAtLeast("3.260.0-dev.1", "3.254.0"), true);
    assert.equal(isAtLeast("3.99.9", "3.254.0"), false);
    assert.equal(isAtLeast("2.300.0", "3.254.0"), false);
    assert.equal(isAtLeast("", "3.254.0"), false);
  });
});
