/** Records the state of this version for the test: `node -r ts-node/register/transpile-only tests/upgrade/record.ts v1.2.3`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFixture } from "./support";

async function main(version: string | undefined): Promise<void> {
  if (version === undefined) throw new Error("Say which version: the name of a folder with a program in it.");
  const bench = await openFixture(version);
  try {
    await bench.stack.must("up", "--yes", "--skip-preview");
    // A state that is already there belongs to a released version and is never written again.
    const state = withoutPlaces(await bench.stack.stateText());
    writeFileSync(join(__dirname, version, "state.json"), state, { flag: "wx" });
  } finally {
    await bench.close();
  }
}

// Stack traces in the state contain the path of this checkout.
function withoutPlaces(state: string): string {
  return state.replace(/project:\/\/\/(?:\.\.\/)+[^"]*?\/node_modules\//g, "project:///node_modules/");
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
