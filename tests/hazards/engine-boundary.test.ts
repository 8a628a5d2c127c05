/** Known hazards of the SDK's provider process: every call gets a response, and no app is lost. */
import { strict as assert } from "node:assert";
import { resolve } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { type Outcome, ProviderProcess, type Values } from "./provider-process";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const boundary = resolve(__dirname, "../../dist/provider/engine/boundary.js");
const failures = resolve(__dirname, "../../dist/provider/lifecycle/failures.js");

const wanted = {
  source: "./app",
  appName: "web",
  mainFile: "index.js",
  memoryMB: 256,
  runtimeEnvironment: "nodejs",
  urnHash: "0123456789abcdef0123456789abcdef",
};

function message(outcome: Outcome): string {
  if (outcome.ok) throw new Error(`it succeeded: ${JSON.stringify(outcome.value)}`);
  return outcome.message;
}

function value(outcome: Outcome): Values {
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.value;
}

/** Every copy of the value in which one part, at any depth, is replaced. */
function* withReplaced(whole: unknown, part: unknown): Generator<unknown> {
  yield part;
  if (typeof whole !== "object" || whole === null) return;
  for (const [key, inner] of Object.entries(whole)) {
    for (const changed of withReplaced(inner, part)) {
      yield Array.isArray(whole)
        ? whole.map((each, at) => (String(at) === key ? changed : each))
        : { ...whole, [key]: changed };
    }
  }
}

describe("the engine boundary, over gRPC", function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let provider: ProviderProcess;

  const settings = () => ({
    CAMPOSCLOUD_TOKEN: emulator.token,
    CAMPOSCLOUD_BASE_URL: emulator.url,
    CAMPOSCLOUD_WRITE_INTERVAL_SECONDS: "0",
  });
  const start = (env: NodeJS.ProcessEnv = settings()) =>
    ProviderProcess.start({ "app/index.js": "// app\n" }, env);

  before(async () => {
    emulator = await startEmulator({ run: false, writeWindowSeconds: 0, requestsPerMinute: 0 });
    provider = await start();
    await provider.configure({});
  });
  after(async () => {
    await provider.stop();
    await emulator.close();
  });

  it("responds to every call before configure", async () => {
    const early = await start();
    try {
      const outcomes = await Promise.all([
        early.check({}, { source: "./app", appName: "web" }),
        early.diff("x", {}, wanted),
        early.read("64f000000000000000000000", {}),
        early.delete("64f000000000000000000000", {}),
        early.update("64f000000000000000000000", {}, wanted),
      ]);
      for (const outcome of outcomes) if (!outcome.ok) assert.doesNotMatch(outcome.message, /mistake in/);
    } finally {
      await early.stop();
    }
  });

  it("reports a missing key in every method that needs one", async () => {
    const keyless = await start({ CAMPOSCLOUD_TOKEN: "", CAMPOSCLOUD_BASE_URL: emulator.url });
    try {
      await keyless.configure({});
      for (const outcome of await Promise.all([
        keyless.create(wanted),
        keyless.read("x", {}),
        keyless.update("x", {}, wanted),
        keyless.delete("x", {}),
      ])) {
        assert.match(message(outcome), /camposcloud:token.*CAMPOSCLOUD_TOKEN/);
      }
    } finally {
      await keyless.stop();
    }
  });

  const checkable = {
    ...wanted,
    ignore: ["*.log"],
    environmentVariables: { A: "1" },
    running: true,
    timeouts: { create: "1m" },
    account: "other",
    source: { "index.js": { text: "// x" } },
  };

  for (const [what, part] of [
    ["an unknown value", unknown],
    ["null", null],
    ["a number", 5],
    ["a list", []],
    ["an empty object", {}],
  ] as const) {
    it(`check responds with ${what} anywhere`, async () => {
      for (const news of withReplaced(checkable, part)) {
        const outcome = await provider.check({}, (news ?? {}) as Values);
        const { failures: found } = value(outcome);
        assert.ok(Array.isArray(found));
      }
    });

    it(`diff responds with ${what} anywhere, on either side`, async () => {
      const state = { ...checkable, deployment: { applied: { memoryMB: 256 }, pending: [], files: "" } };
      for (const values of withReplaced(state, part)) {
        const changed = (typeof values === "object" && values !== null ? values : {}) as Values;
        value(await provider.diff("64f0", state, changed));
        const back = await provider.diff("64f0", changed, state);
        if (!back.ok) assert.fail(`${JSON.stringify(changed)}: ${back.message}`);
      }
    });
  }

  it("check reports no failure for unknown values", async () => {
    const open = Object.fromEntries(Object.keys(wanted).map((name) => [name, unknown]));
    assert.deepEqual(value(await provider.check({}, open))["failures"], []);
  });

  it("creates, reads from the id alone, updates, and deletes on nearly empty outputs", async () => {
    const { inputs } = value(await provider.check({}, { ...wanted }));
    const made = value(await provider.create({ ...(inputs as Values), ...wanted }));
    const id = String(made["id"]);
    assert.equal(emulator.apps()[0]?._id, id);
    const seen = value(await provider.read(id, {}));
    assert.equal(seen["id"], id);
    assert.equal((seen["inputs"] as Values)["appName"], "web");
    value(await provider.update(id, {}, { ...(inputs as Values), ...wanted, memoryMB: 512 }));
    assert.match(message(await provider.delete(id, {})), /Did not delete the app/);
    // A process serves one run, and does not delete what it has created.
    const next = await start();
    await next.configure({});
    value(await next.delete(id, {}));
    value(await next.delete(id, { deployment: null, account: 5, environmentVariables: "x" }));
    await next.stop();
    assert.deepEqual(emulator.apps(), []);
  });

  it("read returns a blank id for a deleted app, and an error for an unknown id", async () => {
    const id = "64f000000000000000000000";
    const known = { deployment: { applied: {}, pending: [], files: "" } };
    assert.equal(value(await provider.read(id, known))["id"], "");
    assert.match(message(await provider.read(id, {})), /no CamposCloud app with the id/);
  });

  it("handles unusual ids without requests to other paths", async () => {
    for (const id of ["../users/@me", "a/b", "%2e%2e", "a?b=c", " ", "\u00e9"]) {
      const outcome = await provider.read(id, { deployment: { applied: {}, pending: [], files: "" } });
      if (outcome.ok) assert.equal(outcome.value["id"], "");
    }
  });

  describe("at the boundary", () => {
    const throwing = (method: string, thrown: string): string =>
      `exports.handler=()=>{const {guarded,outputs}=require(${JSON.stringify(boundary)});` +
      `const {IncompleteError}=require(${JSON.stringify(failures)});` +
      `const context={mask:(t)=>t,providerText:"the text"};` +
      `return {${method}:()=>guarded(context,()=>{${thrown}})}}`;

    const calls: Record<string, (text: string) => Promise<Outcome>> = {
      check: (text) => provider.check({}, { __provider: text }),
      diff: (text) => provider.diff("x", {}, { __provider: text }),
      create: (text) => provider.create({ __provider: text }),
      read: (text) => provider.read("x", { __provider: text }),
      update: (text) => provider.update("x", {}, { __provider: text }),
      delete: (text) => provider.delete("x", { __provider: text }),
    };
    const thrown: Record<string, string> = {
      undefined: "throw undefined",
      null: "throw null",
      "a text": 'throw "text"',
      "a number": "throw 5",
      "an object": 'throw {message:"m",code:5,metadata:{},id:"x"}',
      "a symbol": 'throw Symbol("s")',
      "an object without a prototype": "throw Object.create(null)",
      "an object whose texts throw": 'throw {toString(){throw new Error("no")}}',
      "an error with foreign fields":
        'throw Object.assign(new Error("m"),{code:0,details:"d",metadata:{a:1},id:"x",reasons:[1],properties:{a:undefined}})',
      "an error whose message is no text": 'throw Object.assign(new Error("m"),{message:5})',
      "an error whose message throws":
        'throw Object.defineProperty(new Error("m"),"message",{get(){throw new Error("no")}})',
      "an error that names itself as ours": 'throw Object.assign(new Error("m"),{name:"IncompleteError"})',
      "a long text": 'throw new Error("x".repeat(5e6))',
      "a rejected promise": "return Promise.reject(undefined)",
    };
    for (const [method, call] of Object.entries(calls)) {
      for (const [what, code] of Object.entries(thrown)) {
        it(`${method} responds if ${what} is thrown`, async () => {
          const text = message(await call(throwing(method, code)));
          assert.ok(text.length < 8000);
          assert.match(text, /Bug in pulumi-camposcloud/);
        });
      }
    }

    it("records an incomplete app whose state contains values that cannot be sent", async () => {
      for (const method of ["create", "update"] as const) {
        const state = "{a:undefined,b:[undefined,()=>1],c:{d:undefined},e:new Date(0),f:NaN}";
        const text = throwing(method, `throw new IncompleteError("id1",${state},["the reason"])`);
        const call = calls[method];
        assert.ok(call);
        assert.match(message(await call(text)), /the reason/);
      }
    });
  });
});
