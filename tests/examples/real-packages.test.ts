/** The examples whose apps need packages from npm and PyPI: a FastAPI site, and a Discord bot in each language. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { visit } from "../support/campos-stack";
import { havePyPI } from "../support/programs";
import { type Example, openExample } from "./support/example";

const up = (example: Example) => example.pulumi("up", "--yes", "--skip-preview");

/** Installing is as fast as the network. */
const generous = 10 * 60_000;

describe("the example fastapi-site", function () {
  this.timeout(generous);
  let example: Example;

  before(async function () {
    if (!(await havePyPI("the example fastapi-site"))) return this.skip();
    example = await openExample("fastapi-site");
    await example.init();
  });
  after(() => example?.close());

  it("is deployed with its startup command and its packages, and responds to its health check", async () => {
    await up(example);
    const url = await example.pulumi("stack", "output", "url");
    assert.equal(await visit(`${url}/health`), '{"status":"ok"}');
    assert.match(await visit(`${url}/docs`), /swagger/i);
    await example.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(example.emulator.apps(), []);
  });
});

describe("the example discord-bot", function () {
  this.timeout(generous);
  let example: Example;
  let discord: { child: ChildProcess; address: string };

  before(async () => {
    example = await openExample("discord-bot");
    discord = await startDiscord(example);
    await example.init();
    await example.pulumi("config", "set", "discordApi", discord.address);
  });
  after(async () => {
    if (discord?.child.exitCode === null) {
      discord.child.kill("SIGTERM");
      await once(discord.child, "exit");
    }
    await example?.close();
  });

  for (const language of ["nodejs", "python"]) {
    it(`in ${language}: fails with the reason if the token is wrong, and is repaired in place`, async function () {
      if (language === "python" && !(await havePyPI("the Discord bot in Python"))) return this.skip();
      await example.pulumi("config", "set", "language", language);
      await example.pulumi("config", "set", "--secret", "discordToken", "wrong-token");
      await assert.rejects(
        up(example),
        /did not stay online: it ended about .*\/applications\/|keeps ending before it is online/,
      );
      const [broken] = example.emulator.apps();
      assert.match(example.emulator.log(broken?._id ?? ""), /Could not log in to Discord/);
      await example.pulumi("config", "set", "--secret", "discordToken", "right-token");
      await up(example);
      const [app, ...others] = example.emulator.apps();
      assert.deepEqual([app?.runtimeEnvironment, app?._id, others.length], [language, broken?._id, 0]);
      while (!/Logged in as local-bot/.test(example.emulator.log(app?._id ?? ""))) await sleep(100);
    });
  }
});

async function startDiscord({ folder }: Example): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, ["local-discord.js", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /^Ready on (\S+)$/.exec(line)?.[1];
    if (address !== undefined) {
      child.stdout.resume();
      return { child, address };
    }
  }
  throw new Error("local-discord.js ended before it was ready");
}
