import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { check, type Sources } from "../../../provider/lifecycle/check";
import { foldFiles } from "../../../provider/lifecycle/file-digests";
import { nearNames } from "../../../provider/lifecycle/near-names";
import { inputNames } from "../../../provider/lifecycle/properties";
import { hasUnknown, unknownValue } from "../../../provider/lifecycle/values";
import { parseConfig } from "../../../provider/packaging/files/config-file";
import type { IgnoringRule } from "../../../provider/packaging/files/ignore";
import type { Source } from "../../../provider/packaging/files/types";

const file = (path: string) => ({ path, executable: false, size: 1, digest: "d".repeat(64) });

function sourcesOf(source: Partial<Source> = {}): Sources {
  const noDetails = {
    warnings: [],
    leftOut: () => ({ count: 0, tracked: 0, examples: [], more: false, envFiles: [] }),
    ignoredBy: () => undefined,
    readFrom: () => [],
    largestFolders: () => [],
  };
  const whole: Source = {
    hash: "h",
    files: [file("index.js"), file("src/main.py")],
    bytes: 2,
    ...noDetails,
    ...source,
  };
  return { read: async () => whole, fold: foldFiles, parseConfig, nearNames };
}

const valid = {
  source: "./app",
  appName: "web",
  mainFile: "index.js",
  memoryMB: 256,
  runtimeEnvironment: "nodejs",
  urnHash: "u",
};

const failuresOf = async (news: Record<string, unknown>, source?: Partial<Source>) =>
  (await check(sourcesOf(source), news)).failures.map(({ property, reason }) => `${property}: ${reason}`);

describe("check", () => {
  it("completes the inputs", async () => {
    const { inputs, failures, warnings } = await check(sourcesOf(), valid);
    assert.deepEqual(failures, []);
    assert.deepEqual(warnings, []);
    assert.deepEqual(inputs, {
      ...valid,
      name: "web",
      allocatedMemoryMB: 256,
      exposedViaWeb: false,
      autoRestartEnabled: false,
      waitForOnline: true,
      sourceHash: "h",
      sourceFiles: foldFiles([file("index.js"), file("src/main.py")]),
    });
  });

  it("returns the same for its own result", async () => {
    const once = (await check(sourcesOf(), valid)).inputs;
    const { name: _n, allocatedMemoryMB: _a, sourceHash: _h, sourceFiles: _f, ...given } = once;
    assert.deepEqual((await check(sourcesOf(), given)).inputs, once);
  });

  const without = (name: string) => Object.fromEntries(Object.entries(valid).filter(([key]) => key !== name));

  for (const [what, news, expected] of [
    ["a missing main file", without("mainFile"), /^mainFile: is required.*MAIN in a camposcloud\.config/],
    ["missing memory", without("memoryMB"), /^memoryMB: is required.*MEMORY/],
    ["a missing runtime", without("runtimeEnvironment"), /^runtimeEnvironment: is required.*RUNTIME/],
    ["a missing source", without("source"), /^source: is required/],
    [
      "a main file outside the source",
      { ...valid, mainFile: "../x.js" },
      /^mainFile: must be a path inside the source/,
    ],
    ["an absolute main file", { ...valid, mainFile: "/x.js" }, /^mainFile: must be a path inside/],
    ["memory as text", { ...valid, memoryMB: "256" }, /^memoryMB: must be a whole number/],
    ["no memory", { ...valid, memoryMB: 0 }, /^memoryMB: must be a whole number/],
    [
      "an unknown runtime",
      { ...valid, runtimeEnvironment: "bun" },
      /^runtimeEnvironment: must be "python" or "nodejs"/,
    ],
    ["a blank name", { ...valid, appName: " " }, /^appName: must be a non-empty string/],
    [
      "variables that are no map",
      { ...valid, environmentVariables: ["A=1"] },
      /^: environmentVariables must be a map/,
    ],
    [
      "a variable that is no text",
      { ...valid, environmentVariables: { A: 5 } },
      /^environmentVariables\.A: must be a string, not a number/,
    ],
    [
      "a variable read from an unset variable",
      { ...valid, environmentVariables: { A: null } },
      /^environmentVariables\.A: is undefined or null, probably because a variable of process\.env is not set/,
    ],
    [
      "a value that cannot reach the provider",
      { ...valid, source: { __unusable: "is a URL object: write url.fileURLToPath(url)" } },
      /^source: is a URL object: write/,
    ],
    [
      "a misspelt map of secrets, without its value",
      { ...valid, environmentVariable: { A: "x" } },
      /^: environmentVariable is not an argument of an app; did you mean environmentVariables/,
    ],
    [
      "a misspelt argument that the program marked as secret, without its value",
      { ...valid, memory: 256, secretArguments: ["memory"] },
      /^: memory is not an argument of an app/,
    ],
    ["an API key as an argument, without its value", { ...valid, token: "x" }, /^: token is not an argument/],
    [
      "an app that is built, without its build",
      { ...valid, mainFile: "dist/main.js" },
      /^mainFile: "dist\/main\.js" is not among the 2 files of the source; if a build creates it.*"N\/A".*npm run build && npm start/,
    ],
    ["patterns that are no list", { ...valid, ignore: "*.log" }, /^ignore: must be a list/],
    [
      "a bad timeout",
      { ...valid, timeouts: { create: "soon" } },
      /^timeouts: customTimeouts must be durations/,
    ],
    [
      "a remote asset",
      { ...valid, source: { "a.js": { uri: "x" } } },
      /^source: must not contain a RemoteAsset/,
    ],
    ["an asset that is none", { ...valid, source: { "a.js": 5 } }, /^source: must be the path/],
    ["a time below 0", { ...valid, minReadySeconds: -1 }, /^minReadySeconds: must be a number of seconds/],
    [
      "a health check of an app that is not on the web",
      { ...valid, healthCheck: {} },
      /^healthCheck: is for web apps only: set exposedViaWeb/,
    ],
    [
      "a health check with wrong fields",
      { ...valid, exposedViaWeb: true, healthCheck: { path: "health", timeoutSeconds: 0, retries: 3 } },
      /^healthCheck.path: must be .* starts with \/\nhealthCheck.timeoutSeconds: must be .*\nhealthCheck.retries: is not a field/,
    ],
    [
      "a stray argument",
      { ...valid, memory: 256 },
      /^memory: is not an argument of an app; did you mean memoryMB/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const failures = await failuresOf(news);
      assert.match(failures.join("\n"), expected);
      assert.ok(failures.length === 1 || expected.source.includes("\\n"), failures.join("\n"));
    });
  }

  it("treats null as not given", async () => {
    const { inputs, failures } = await check(sourcesOf(), { ...valid, startupCommand: null, ignore: null });
    assert.deepEqual(failures, []);
    assert.ok(!("startupCommand" in inputs) && !("ignore" in inputs));
  });

  it("does not change the readiness arguments", async () => {
    const healthCheck = { path: "/health" };
    const news = { ...valid, exposedViaWeb: true, minReadySeconds: 0, healthCheck };
    const { inputs, failures } = await check(sourcesOf(), news);
    assert.deepEqual(failures, []);
    assert.deepEqual([inputs["minReadySeconds"], inputs["healthCheck"]], [0, healthCheck]);
  });

  it("does not show a variable's value", async () => {
    const failures = await failuresOf({ ...valid, environmentVariables: { A: "se\0cret", "B-": "hidden" } });
    assert.equal(failures.length, 2);
    assert.ok(!failures.join().includes("hidden"));
  });

  it("warns about little memory and unusual names", async () => {
    const { warnings } = await check(sourcesOf(), { ...valid, memoryMB: 100, appName: "olá" });
    assert.equal(warnings.length, 2);
  });

  it("warns about an unusual name in one line, and not about a missing one", async () => {
    const { warnings } = await check(sourcesOf(), { ...valid, appName: "a\nb" });
    assert.deepEqual(warnings.length, 1);
    assert.ok(warnings[0]?.startsWith('appName "a\\nb" contains '), warnings[0]);
    const empty = await check(sourcesOf(), { ...valid, appName: "" });
    assert.deepEqual([empty.warnings.length, empty.failures.length], [0, 1]);
  });

  it("says of a new app what is left out, in a line each", async () => {
    const leftOut = () => ({
      count: 9,
      tracked: 1,
      examples: ["config.json", "dist/"],
      more: true,
      envFiles: [".env", "a/.env", "b/.env", "c/.env"],
    });
    const { notes } = await check(sourcesOf({ leftOut }), valid, { isNew: true });
    assert.equal(notes.length, 2);
    assert.match(
      notes[0] ?? "",
      /leave out 9 paths of the source: config\.json, dist\/, …\. 1 file among them is tracked by git\./,
    );
    assert.match(notes[1] ?? "", /^\.env, a\/\.env, b\/\.env, … are tracked by git, .* always left out\./);
    assert.deepEqual((await check(sourcesOf({ leftOut }), valid, { isNew: false })).notes, []);
  });

  it("names the rule that leaves out the main file, and the pattern that includes it", async () => {
    const told = async (rule: IgnoringRule, inclusion: string) => {
      const ignoredBy = () => ({ rule, inclusion });
      return (await failuresOf({ ...valid, mainFile: "dist/a.js" }, { ignoredBy }))[0]?.split("; ").slice(1);
    };
    const rule = { origin: "file", file: "lib/.gitignore", line: 7, pattern: "dist" } as const;
    assert.deepEqual(await told(rule, "!/lib/dist/"), [
      "the file exists, but lib/.gitignore, line 7 leaves it out: dist",
      'to include it, add "!/lib/dist/" to the argument `ignore`',
    ]);
    const always = { origin: "always", file: "", line: 0, pattern: "venv" } as const;
    assert.deepEqual(await told(always, "!/venv/"), [
      "the file exists, but venv is always left out",
      'to include it, add "!/venv/" to the argument `ignore`',
    ]);
  });

  it("only accepts N/A as the main file together with a command", async () => {
    const failures = await failuresOf({ ...valid, mainFile: "N/A" });
    assert.equal(failures.length, 1);
    assert.match(JSON.stringify(failures), /needs a startupCommand/);
    assert.deepEqual(await failuresOf({ ...valid, mainFile: "N/A", startupCommand: "./run" }), []);
  });

  describe("with a camposcloud.config", () => {
    const config =
      "MAIN=src/main.py\nMEMORY=512\nRUNTIME=python\nAUTORESTART=true\nSTARTUP=python -u src/main.py\n";
    const bare = { source: "./app", appName: "web", urnHash: "u" };

    it("uses its values as defaults", async () => {
      const { inputs, failures } = await check(sourcesOf({ config }), bare);
      assert.deepEqual(failures, []);
      assert.equal(inputs["mainFile"], "src/main.py");
      assert.equal(inputs["memoryMB"], 512);
      assert.equal(inputs["runtimeEnvironment"], "python");
      assert.equal(inputs["autoRestartEnabled"], true);
      assert.equal(inputs["startupCommand"], "python -u src/main.py");
    });

    it("gives precedence to arguments", async () => {
      const { inputs } = await check(sourcesOf({ config }), {
        ...bare,
        memoryMB: 256,
        autoRestartEnabled: false,
      });
      assert.equal(inputs["memoryMB"], 256);
      assert.equal(inputs["autoRestartEnabled"], false);
    });

    it("names the file and the line of an invalid value", async () => {
      const wrong = config.replace("MEMORY=512", "MEMORY=lots");
      const failures = await failuresOf(bare, { config: wrong });
      assert.deepEqual(failures, [
        "memoryMB: camposcloud.config, line 2: MEMORY=lots must be a whole number of megabytes",
      ]);
      assert.deepEqual(await failuresOf({ ...bare, memoryMB: 256 }, { config: wrong }), []);
    });
  });

  describe("with unknown values", () => {
    it("passes them through in any argument", () => {
      const names = inputNames.filter((name) => name !== "urnHash");
      return fc.assert(
        fc.asyncProperty(fc.subarray(names), async (unknowns) => {
          const news: Record<string, unknown> = { ...valid };
          for (const name of unknowns) news[name] = unknownValue;
          const { inputs, failures } = await check(sourcesOf(), news);
          assert.deepEqual(failures, []);
          for (const name of unknowns) assert.equal(inputs[name], unknownValue);
        }),
      );
    });

    it("passes them through inside maps and lists", async () => {
      const news = {
        ...valid,
        environmentVariables: { A: unknownValue },
        ignore: ["*.log", unknownValue],
        source: { "index.js": unknownValue },
      };
      const { inputs, failures } = await check(sourcesOf(), news);
      assert.deepEqual(failures, []);
      assert.ok(hasUnknown(inputs["sourceHash"]));
    });

    it("does not require arguments that an unknown source may define", async () => {
      const { failures } = await check(sourcesOf(), { source: unknownValue, appName: "web", urnHash: "u" });
      assert.deepEqual(failures, []);
    });
  });

  it("never throws, whatever the arguments are", () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...inputNames), fc.anything({ maxDepth: 2 })),
        async (news) => {
          await check(sourcesOf(), JSON.parse(JSON.stringify(news)));
        },
      ),
    ));
});
