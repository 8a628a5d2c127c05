/** Failures as a user sees them: one clear line, no app created twice or lost, and the next `up` resumes. */
import { strict as assert } from "node:assert";
import { type Bench, openBench, program, simpleApp } from "../support/campos-stack";
import type { Run } from "../support/stack";

/** The errors in the summary of the output. */
function errorsOf(run: Run): string[] {
  const summary = run.text.slice(run.text.indexOf("Diagnostics:"));
  return summary.split("\n").filter((line) => /^\s+(error:|\*)/.test(line));
}

describe("a wrong setting or argument", () => {
  let bench: Bench;

  before(async () => {
    bench = await openBench({ emulator: { run: false } });
  });
  after(() => bench.close());

  const wrong = async (args: string, ...lines: RegExp[]) => {
    bench.stack.write({ "index.js": program(args) });
    const run = await bench.stack.up();
    const errors = errorsOf(run);
    assert.notEqual(run.code, 0, run.text);
    assert.equal(errors.length, lines.length, run.text);
    for (const line of lines)
      assert.ok(
        errors.some((error) => line.test(error)),
        `${line}\n${run.text}`,
      );
    assert.deepEqual(bench.calls(), []);
    assert.deepEqual(await bench.stack.apps(), []);
  };

  it("reports a source that does not exist", () =>
    wrong(simpleApp.replace("./app", "./ap"), /property source value .*\.\/ap.* does not exist/));

  it("reports an empty source", async () => {
    bench.stack.write({ "empty/node_modules/x.js": "" });
    await wrong(simpleApp.replace("./app", "./empty"), /property source value .*(empty|no files)/);
  });

  it("reports a main file that is not in the source, with similar names", () =>
    wrong(
      simpleApp.replace('"index.js"', '"indx.js"'),
      /property mainFile .*"indx\.js" is not among.*did you mean index\.js/,
    ));

  it("reports all errors at once, each with its property", () =>
    wrong(
      '{ source: "./app", mainFile: "index.js", runtimeEnvironment: "node", memoryMB: 1.5, running: "yes", environmentVariables: { "1A": "x" } }',
      /property runtimeEnvironment .*"python" or "nodejs"/,
      /property memoryMB .*whole number/,
      /property running .*true or false/,
      /property environmentVariables\.1A .*not a valid name for an environment variable/,
    ));

  it("reports a misspelled argument", () =>
    wrong(
      simpleApp.replace("memoryMB: 256", "memoryMB: 256, mainfile: 'x'"),
      /property mainfile .*did you mean mainFile/,
    ));
});

describe("no key, a wrong key, no API", () => {
  let bench: Bench;

  before(async () => {
    bench = await openBench({ emulator: { run: false } });
  });
  after(() => bench.close());

  it("names both places for a missing key", async () => {
    await bench.stack.must("config", "rm", "camposcloud:token");
    const run = await bench.stack.up();
    assert.equal(errorsOf(run).length, 1, run.text);
    assert.match(errorsOf(run)[0] ?? "", /camposcloud:token.*CAMPOSCLOUD_TOKEN/);
    assert.deepEqual(bench.calls(), []);
  });

  it("reports a rejected key without showing it", async () => {
    await bench.stack.must("config", "set", "--secret", "camposcloud:token", "wrong-key-123");
    const run = await bench.stack.up();
    assert.notEqual(run.code, 0);
    assert.match(errorsOf(run).join("\n"), /answered 401 .*Check the API key.*camposcloud:token/);
    assert.doesNotMatch(run.text, /wrong-key-123/);
    assert.deepEqual(await bench.stack.apps(), []);
  });

  it("reports an unreachable API, which a preview does not contact", async () => {
    await bench.stack.must("config", "set", "camposcloud:baseUrl", "http://127.0.0.1:9");
    const preview = await bench.stack.preview();
    assert.equal(preview.code, 0, preview.text);
    const run = await bench.stack.up();
    assert.match(errorsOf(run).join("\n"), /no connection \(ECONNREFUSED\).*camposcloud:baseUrl/);
    assert.deepEqual(await bench.stack.apps(), []);
  });

  it("rejects plain http to another machine before any request", async () => {
    await bench.stack.must("config", "set", "camposcloud:baseUrl", "http://camposcloud.example");
    const run = await bench.stack.up();
    assert.match(errorsOf(run).join("\n"), /plain http.*allowInsecureBaseUrl/);
  });
});

describe("a failure during an operation", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench({ emulator: { run: false } });
  });
  afterEach(() => bench.close());

  const onlyApp = async () => {
    const inState = await bench.stack.apps();
    const remote = bench.emulator.apps().map((app) => app._id);
    assert.deepEqual(
      inState.map((app) => app.id),
      remote,
    );
    assert.equal(remote.length, 1);
    return inState[0];
  };

  const converges = async () => {
    const run = await bench.stack.up();
    assert.equal(run.code, 0, run.text);
    await onlyApp();
    bench.calls();
    assert.equal((await bench.stack.up("--expect-no-changes")).code, 0);
    assert.deepEqual(bench.calls(), []);
  };

  it("records an app that does not come online and repairs it in place", async () => {
    bench.stack.write({ "index.js": program(`${simpleApp}, { customTimeouts: { create: "3s" } }`) });
    bench.emulator.fault({ method: "GET", path: "/v1/apps/*", times: Number.POSITIVE_INFINITY, status: 503 });
    const run = await bench.stack.up();
    assert.notEqual(run.code, 0);
    assert.match(errorsOf(run).join("\n"), /is not online yet.*Creating web took longer than 3 s/);
    const app = await onlyApp();
    assert.equal(app?.initErrors?.length, 1);
    bench.emulator.clearFaults();
    await converges();
  });

  it("repairs an app even if a refresh has removed the engine's record of the failure", async () => {
    bench.stack.write({ "index.js": program(`${simpleApp}, { customTimeouts: { create: "3s" } }`) });
    bench.emulator.fault({ method: "GET", path: "/v1/apps/*", times: Number.POSITIVE_INFINITY, status: 503 });
    assert.notEqual((await bench.stack.up()).code, 0);
    bench.emulator.clearFaults();
    assert.equal((await bench.stack.refresh()).code, 0);
    assert.equal((await bench.stack.preview("--expect-no-changes")).code === 0, false);
    await converges();
  });

  it("resumes an update that failed", async () => {
    assert.equal((await bench.stack.up()).code, 0);
    bench.stack.write({
      "index.js": program(simpleApp.replace("memoryMB: 256", "memoryMB: 512")),
      "app/index.js": "// changed\n",
    });
    // An upload is retried after a failure, up to three times.
    bench.emulator.fault({ path: "/v1/apps/*/upload", status: 500, times: 4 });
    const run = await bench.stack.up();
    assert.match(errorsOf(run).join("\n"), /Could not upload the app's files .*500/);
    bench.calls();
    const again = await bench.stack.up();
    assert.equal(again.code, 0, again.text);
    assert.deepEqual(bench.writes(), ["POST /v1/apps/ID/upload", "POST /v1/apps/ID/restart"]);
    await converges();
  });

  it("creates an app again that was deleted elsewhere, after a refresh", async () => {
    assert.equal((await bench.stack.up()).code, 0);
    const id = bench.emulator.apps()[0]?._id;
    const headers = { Authorization: `Bearer ${bench.emulator.token}` };
    await fetch(`${bench.emulator.url}/v1/apps/${id}/delete`, { method: "DELETE", headers });
    assert.equal((await bench.stack.refresh()).code, 0);
    assert.deepEqual(await bench.stack.apps(), []);
    await converges();
  });
});
