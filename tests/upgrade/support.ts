/** The program of a fixture as a stack of its own: for recording its state, and for previewing with it. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { type Bench, openBench } from "../support/campos-stack";

/** Of the team in the programs. */
const teamId = "0123456789abcdef01234567";

export async function openFixture(version: string): Promise<Bench> {
  const bench = await openBench({
    project: "shop",
    emulator: { run: false, writeWindowSeconds: 0, teams: [{ _id: teamId, name: "of the fixture" }] },
    config: { "camposcloud:writeIntervalSeconds": "0" },
  });
  cpSync(join(__dirname, version, "program"), bench.stack.dir, { recursive: true });
  const accounts = { work: { token: bench.emulator.token, baseUrl: bench.emulator.url } };
  await bench.stack.must("config", "set", "--secret", "camposcloud:accounts", JSON.stringify(accounts));
  return bench;
}
