/** Values of environment variables are in no output of the CLI and not in the state's plain text, however they are given. */
import { strict as assert } from "node:assert";
import { type Bench, openBench } from "../support/campos-stack";

const value = "VALUE-of-a-variable";
const head = [
  'const pulumi = require("@pulumi/pulumi");',
  'const { CamposApp } = require("pulumi-camposcloud");',
  'const plain = { source: "./app", mainFile: "index.js", runtimeEnvironment: "nodejs", memoryMB: 256, waitForOnline: false };',
].join("\n");

/** Invalid values, and the failure that check reports. */
const wrong: Record<string, [shape: string, says: RegExp]> = {
  "a text": [`"A=${value}"`, /environmentVariables must be a map of names to strings/],
  "a secret text": [`pulumi.secret("A=${value}")`, /environmentVariables must be a map/],
  "a list": [`["A=${value}"]`, /environmentVariables must be a map .* not a list/],
  "a map in the map": [
    `{ A: { B: "${value}" } }`,
    /environmentVariables\.A .*must be a string, not an object/,
  ],
  "a secret map of lists": [`pulumi.secret({ A: ["${value}"] })`, /environmentVariables\.A .*not a list/],
  "an invalid name": [`{ "A-": "${value}" }`, /is not a valid name for an environment variable/],
  "a Map": [`new Map([["A", "${value}"]])`, /environmentVariables is a Map: write a plain object/],
  "a value that is not set": [
    `{ A: process.env.NOT_SET_ANYWHERE, B: "${value}" }`,
    /environmentVariables\.A .*probably because a variable of process\.env/,
  ],
  "a misspelt argument": [`{}, environmentVariable: { A: "${value}" }`, /did you mean environmentVariables/],
};

describe("the values of environment variables", function () {
  this.timeout(300_000);
  let bench: Bench;

  before(async () => {
    bench = await openBench({ emulator: { run: false }, files: { "index.js": head } });
  });
  after(() => bench?.close());

  const program = (...lines: string[]) => bench.stack.write({ "index.js": [head, ...lines, ""].join("\n") });

  const assertFree = async (...args: string[]) => {
    const run = await bench.stack.run(...args);
    const shown = run.text.split("\n").find((line) => line.includes(value));
    assert.equal(shown, undefined, args.join(" "));
    return run;
  };

  for (const [what, [shape, says]] of Object.entries(wrong)) {
    it(`are not shown for ${what}`, async () => {
      program(`new CamposApp("web", { ...plain, environmentVariables: ${shape} });`);
      const run = await assertFree("preview", "--diff", "--logtostderr");
      assert.notEqual(run.code, 0, run.text);
      assert.match(run.text, says);
    });
  }

  it("are in no engine event of a rejected app", async () => {
    program(`new CamposApp("web", { ...plain, environmentVariables: "${value}" });`);
    assert.notEqual((await assertFree("up", "--yes", "--skip-preview", "--json")).code, 0);
  });

  it("stay secret in the whole lifecycle of an app, as do other values marked as secret", async () => {
    const apps = [
      "pulumi.runtime.registerStackTransformation(({ props, opts, type }) => type.includes('CamposApp')",
      `  ? { props: { ...props, environmentVariables: { ...props.environmentVariables, ADDED: "${value}-added" } }, opts } : undefined);`,
      `const web = new CamposApp("web", { ...plain, environmentVariables: { A: "${value}", B: pulumi.secret("${value}") },`,
      `  appName: pulumi.secret("name-${value}"), startupCommand: pulumi.secret("node index.js ${value}") });`,
      "exports.variables = web.environmentVariables; exports.called = web.name;",
    ];
    program(...apps);
    const must = async (...args: string[]) => {
      const run = await assertFree(...args);
      assert.equal(run.code, 0, run.text);
      return run.text;
    };
    const shown = await must("preview", "--diff");
    assert.match(shown, /ADDED\s*: \[secret\]/);
    await must("preview", "--json");
    await must("up", "--yes", "--skip-preview", "--json");
    await must("stack", "export");
    program(...apps.map((line) => line.replace(/"VALUE/g, '"OTHER-VALUE')));
    assert.match(await must("preview", "--diff"), /A\s*: \[secret\] => \[secret\]/);
    program(...apps);
    await must("refresh", "--yes", "--skip-preview", "--json");
    await must("stack", "export");
    await must("preview", "--diff", "--expect-no-changes");
    assert.match(
      (await bench.stack.must("stack", "export", "--show-secrets")).stdout,
      new RegExp(`${value}-added`),
    );
  });
});
